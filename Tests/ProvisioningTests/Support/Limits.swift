import Provisioning
import Testing

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that hangs.
    ///
    /// It measures nothing: all tests start at once, and each waits for the others' turns.
    static var endsHangs: Self { .timeLimit(.minutes(30)) }
}

extension Duration {
    /// For a program or a wait that ends long before, however busy the machine is.
    static let untilItHangs = Duration.seconds(1800)
}

/// How much is generated: as much as fits into a minute, or the long form that `BCM_SOAK=1` asks for.
enum Generated {
    static let isSoak = SystemCalls.environment("BCM_SOAK") == "1"

    static func count(_ usual: Int, soak: Int) -> Int { isSoak ? soak : usual }
}
