import Logging
import OSCQuery
import ServiceLifecycle
import Settings

/// The OSCQuery server as a service: replaced when a reload changes its configuration.
struct OSCQueryService: Service {
  /// What of the configuration it depends on.
  private struct Served: Equatable {
    var oscQuery: OSCQueryConfiguration
    var controlPort: Int
    var faces: Int

    init(_ configuration: Configuration) {
      oscQuery = configuration.oscQuery
      controlPort = configuration.control.port
      faces = configuration.tracking.maxFaces
    }
  }

  private let feed: ObservationFeed
  private let logger: Logger
  private let configurations: AsyncStream<Served>
  private let continuation: AsyncStream<Served>.Continuation

  init(_ configuration: Configuration, feed: ObservationFeed, logger: Logger) {
    self.feed = feed
    self.logger = logger
    (configurations, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    continuation.yield(Served(configuration))
  }

  /// Takes a configuration; clients lose their connections only if it differs.
  func reconfigure(_ configuration: Configuration) { continuation.yield(Served(configuration)) }

  func run() async throws {
    var current: Served?
    var serving: Task<Void, Never>?
    for await served in configurations.cancelOnGracefulShutdown() where served != current {
      serving?.cancel()
      await serving?.value
      current = served
      serving = served.oscQuery.isEnabled ? try start(served) : nil
    }
    serving?.cancel()
    await serving?.value
  }

  private func start(_ served: Served) throws -> Task<Void, Never> {
    let configuration = served.oscQuery
    var options = OSCQueryServer.Configuration()
    options.address = configuration.address
    options.port = configuration.port
    options.announces = configuration.isAnnounced
    options.faces = served.faces
    if served.controlPort != 0 {
      options.oscPort = served.controlPort
      options.accepts = AcceptedMethod.control
    }
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
