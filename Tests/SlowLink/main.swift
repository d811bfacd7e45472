import Glibc

// A way to a TCP port on which whatever is sent takes its time, in both directions: `SlowLink MILLISECONDS ADDRESS PORT`,
// for OpenSSH's ProxyCommand. Nothing gets slower by there being much of it.

/// One direction: what has come in, each piece with the moment at which it arrives at the other end.
struct Direction {
    let from: Int32
    let to: Int32
    var pieces: [(due: UInt64, bytes: ArraySlice<UInt8>)] = []
    var isEnded = false

    /// Reads a piece; `false` at the end.
    mutating func read(_ now: UInt64, delay: UInt64) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(from, &bytes, bytes.count)
        if count > 0 { pieces.append((now + delay, bytes[..<count])) } else { isEnded = true }
    }

    /// Writes what is due.
    mutating func write(_ now: UInt64) {
        while let piece = pieces.first, piece.due <= now {
            let count = piece.bytes.withUnsafeBytes { Glibc.write(to, $0.baseAddress, $0.count) }
            guard count > 0 else { exit(1) }
            if count < piece.bytes.count {
                pieces[0].bytes = piece.bytes.dropFirst(count)
            } else {
                pieces.removeFirst()
            }
        }
    }
}

func milliseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
}

let words = CommandLine.arguments
guard words.count == 4, let delay = UInt64(words[1]), let port = UInt16(words[3]) else { exit(2) }
signal(SIGPIPE, SIG_IGN)
let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
var address = sockaddr_in()
address.sin_family = sa_family_t(AF_INET)
address.sin_port = port.bigEndian
guard inet_pton(AF_INET, words[2], &address.sin_addr) == 1 else { exit(2) }
let connected = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
}
guard connected == 0 else { exit(1) }
// The packets that open a connection go there and back, too.
usleep(useconds_t(delay * 2000))

var out = Direction(from: 0, to: connection)
var back = Direction(from: connection, to: 1)
while !(back.isEnded && back.pieces.isEmpty) {
    let now = milliseconds()
    out.write(now)
    back.write(now)
    if out.isEnded, out.pieces.isEmpty { shutdown(connection, Int32(SHUT_WR)) }
    let next = [out.pieces.first?.due, back.pieces.first?.due].compactMap { $0 }.min()
    let wait = next.map { Int32(max(0, Int64($0) - Int64(milliseconds()))) } ?? -1
    var polled = [
        pollfd(fd: out.isEnded ? -1 : out.from, events: Int16(POLLIN), revents: 0),
        pollfd(fd: back.isEnded ? -1 : back.from, events: Int16(POLLIN), revents: 0),
    ]
    poll(&polled, 2, wait)
    if polled[0].revents != 0 { out.read(milliseconds(), delay: delay) }
    if polled[1].revents != 0 { back.read(milliseconds(), delay: delay) }
}
