#include "CBuild.h"

#ifndef BCM_COMMIT
#define BCM_COMMIT ""
#endif

const char *bcm_commit(void) { return BCM_COMMIT; }
