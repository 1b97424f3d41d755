import Logging
import OSCQuery
import ServiceLifecycle
import Settings

/// The OSCQuery server as a service: replaced when a reload changes its configuration.
struct OSCQueryService: Service {
  private let feed: ObservationFeed
  private let logger: Logger
  private let configurations: AsyncStream<OSCQueryConfiguration>
  private let continuation: AsyncStream<OSCQueryConfiguration>.Continuation

  init(_ configuration: OSCQueryConfiguration, feed: ObservationFeed, logger: Logger) {
    self.feed = feed
    self.logger = logger
    (configurations, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    continuation.yield(configuration)
  }

  /// Takes a configuration; clients lose their connections only if it differs.
  func reconfigure(_ configuration: OSCQueryConfiguration) { continuation.yield(configuration) }

  func run() async throws {
    var current: OSCQueryConfiguration?
    var serving: Task<Void, Never>?
    for await configuration in configurations.cancelOnGracefulShutdown() where configuration != current {
      serving?.cancel()
      await serving?.value
      current = configuration
      serving = configuration.isEnabled ? try start(configuration) : nil
    }
    serving?.cancel()
    await serving?.value
  }

  private func start(_ configuration: OSCQueryConfiguration) throws -> Task<Void, Never> {
    var options = OSCQueryServer.Configuration()
    options.address = configuration.address
    options.port = configuration.port
    options.announces = configuration.isAnnounced
    let place = configuration.address.contains(":") ? "[\(configuration.address)]" : configuration.address
    let server = try OSCQueryServer(options, feed: feed) { [logger] event in
      switch event {
      case .listening(let port): logger.info("OSCQuery: http://\(place):\(port)/")
      case .failed(let reason): logger.warning("OSCQuery: \(place):\(configuration.port): \(reason); trying again")
      case .announced(let name): logger.info("OSCQuery: announced as \(name)")
      case .unannounced(let reason): logger.info("OSCQuery: not announced: \(reason)")
      }
    }
    return Task { await server.run() }
  }
}
