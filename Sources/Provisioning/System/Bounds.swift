/// The numbers that a file or another program may give; what is beyond them is refused or cut off where it is read.
package enum Bounds {
    /// Times in seconds since 1970, up to the end of the year 9999.
    package static let times = 0...253_402_300_799
    /// Amounts in bytes, up to an exbibyte: a few of them can be added and multiplied without overflow.
    static let bytes = 0...1 << 60
    /// Numbers of things, such as processors.
    static let counts = 0...1 << 20
}

extension Int {
    /// The number, or the end of the range that is nearest to it.
    func clamped(to range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}

extension Sequence<Int> {
    /// The sum of amounts in bytes, at most the largest of `Bounds.bytes`.
    func sumOfBytes() -> Int {
        reduce(0) { ($0 + $1.clamped(to: Bounds.bytes)).clamped(to: Bounds.bytes) }
    }
}
