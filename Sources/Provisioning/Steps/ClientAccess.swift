/// The user's access to the cluster's API: the answer to one question by the user's own client and its remote.
package enum ClientAccess: Sendable, Equatable {
    /// Not asked, or without an answer that tells anything.
    case unknown
    case open
    /// The cluster does not know the client's certificate.
    case untrusted
    /// The server has another certificate than the client has pinned.
    case otherCertificate
    /// There is no answer at the remote's address, for that reason.
    case closed(String)

    /// Asks by the remote of that name, which leads to that address; a client that is slow to answer is told from a port
    /// that is closed.
    static func look(at address: String, of name: String, limit: Duration, _ context: PlanContext) async -> ClientAccess
    {
        async let knocking = knock(at: address, limit: limit, context)
        let client = LXC(context.runner, engine: context.engine, limit: limit, remote: name)
        do {
            return try await client.isTrusted() ? .open : .untrusted
        } catch let failure as Failure where failure.engineError == .certificateRefused {
            return .otherCertificate
        } catch let failure as Failure where failure.engineError == .notAuthorized {
            return .untrusted
        } catch {
            switch await knocking {
            case .refused: return .closed("connection refused")
            case .silent(let reason): return .closed(reason)
            case .open, nil: return .unknown
            }
        }
    }

    private static func knock(at address: String, limit: Duration, _ context: PlanContext) async -> PortProbe.Answer? {
        let parts = address.replacing("https://", with: "").split(separator: ":").map(String.init)
        guard parts.count == 2, let port = Int(parts[1]) else { return nil }
        return try? await PortProbe(runner: context.runner, limit: limit).knock(parts[0], port)
    }
}
