import Broadcast
import FlyingFox
import FlyingSocks
import Foundation

/// Serves the address space over HTTP and streams what is sent over WebSockets, by the OSCQuery proposal
/// (github.com/Vidvox/OSCQueryProposal), and says so over mDNS.
///
/// Everything happens on threads of its own; the tracking thread only leaves its observation in the ``ObservationFeed``.
package struct OSCQueryServer: Sendable {
  package struct Configuration: Equatable, Sendable {
    /// An IPv4 or IPv6 address of this machine; `127.0.0.1` serves this machine only.
    package var address = "127.0.0.1"
    /// 0…65535; 0 takes a free port.
    package var port = 39580
    /// Whether it is announced over mDNS.
    package var announces = true
    /// The name that clients show.
    package var name = "Gurn"
    /// How many faces are sent, 1 to ``FaceNumber/most``.
    package var faces = 1
    /// The UDP port on which Gurn obeys, nil where it does not.
    package var oscPort: Int?
    /// What Gurn obeys there.
    package var accepts: [AcceptedMethod] = []
    /// How long a request may take, seconds; then the answer is status 500.
    package var requestSeconds = 15.0

    package init() {}
  }

  /// What happened, for the log.
  package enum Event: Equatable, Sendable {
    /// It listens on this port.
    case listening(port: Int)
    /// It cannot listen, and tries again.
    case failed(String)
    /// It is announced under this name.
    case announced(String)
    /// It is not announced, and why.
    case unannounced(String)
  }

  private static let retrySeconds = 5.0

  private let configuration: Configuration
  private let feed: ObservationFeed
  private let messages: SentMessages
  private let onEvent: @Sendable (Event) -> Void

  /// - Parameter onEvent: called on the server's threads.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(
    _ configuration: Configuration, feed: ObservationFeed, onEvent: @escaping @Sendable (Event) -> Void
  ) throws(BroadcastError) {
    self.configuration = configuration
    self.feed = feed
    self.onEvent = onEvent
    messages = try SentMessages(faces: configuration.faces)
  }

  /// Serves until the task is cancelled. A port that is taken, or a server that fails, is tried again.
  package func run() async {
    var lastFailure: String?
    while !Task.isCancelled {
      do { try await serve { lastFailure = nil } } catch {
        let failure = Self.explain(error)
        if !Task.isCancelled && failure != lastFailure { onEvent(.failed(failure)) }
        lastFailure = failure
      }
      try? await Task.sleep(for: .seconds(Self.retrySeconds))
    }
  }

  private func serve(onListening: () -> Void) async throws {
    let listeners = ListenerList { [feed] in feed.setAwaited($0) }
    let streamer = Streamer(feed: feed, listeners: listeners)
    let server = HTTPServer(config: try serverConfiguration(), handler: handler(listeners))
    streamer.start(messages)
    defer { streamer.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask { try await server.waitUntilListening() }
      defer { group.cancelAll() }
      // The first to end is the start of listening, or the failure to.
      try await group.next()
      let port = try await Self.port(of: server)
      onListening()
      onEvent(.listening(port: port))
      let announcement = configuration.announces ? announce(port: port) : nil
      defer { announcement?.end() }
      try await group.next()
    }
  }

  private func handler(_ listeners: ListenerList) -> QueryHandler {
    let indices = Dictionary(
      uniqueKeysWithValues: messages.messages.enumerated().map { ($0.element.address, $0.offset) })
    return QueryHandler(
      name: configuration.name, oscPort: configuration.oscPort,
      space: AddressSpace(sent: messages.messages, accepted: configuration.accepts), feed: feed, messages: messages,
      listen: WebSocketHTTPHandler(handler: ListenHandler(listeners: listeners, indices: indices)))
  }

  private func serverConfiguration() throws -> HTTPServer.Configuration {
    let port = UInt16(clamping: configuration.port)
    if configuration.address.contains(":") {
      return .init(
        address: try sockaddr_in6.inet6(ip6: configuration.address, port: port), timeout: configuration.requestSeconds,
        logger: .disabled)
    }
    return .init(
      address: try sockaddr_in.inet(ip4: configuration.address, port: port), timeout: configuration.requestSeconds,
      logger: .disabled)
  }

  private func announce(port: Int) -> Announcement? {
    let isLoopback = configuration.address.hasPrefix("127.") || configuration.address == "::1"
    var services = [Announcement.Service(type: "_oscjson._tcp", port: port)]
    if let oscPort = configuration.oscPort { services.append(.init(type: "_osc._udp", port: oscPort)) }
    do {
      return try Announcement(
        name: configuration.name, services: services, onLoopbackOnly: isLoopback
      ) { [onEvent] state in
        switch state {
        case .published(let name): onEvent(.announced(name))
        case .unpublished(let reason): onEvent(.unannounced(reason))
        }
      }
    } catch {
      onEvent(.unannounced("\(error)"))
      return nil
    }
  }

  private static func port(of server: HTTPServer) async throws -> Int {
    switch await server.listeningAddress {
    case .ip4(_, let port)?, .ip6(_, let port)?: Int(port)
    default: throw SocketError.disconnected
    }
  }

  private static func explain(_ error: any Error) -> String {
    guard case SocketError.failed(let call, let code, let message) = error else { return "\(error)" }
    return code == EADDRINUSE ? "the port is in use by another program (`ss -tlpn` names it)" : "\(call): \(message)"
  }
}
