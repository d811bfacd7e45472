// What the program knows of its own build.

#ifndef CBUILD_H
#define CBUILD_H

// The commit that it was built from; empty where the build was not told.
const char *bcm_commit(void);

#endif
