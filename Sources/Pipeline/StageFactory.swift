import FaceTracking
import Settings
import SignalFilters

/// Puts tracker and filters together as the configuration asks.
package struct StageFactory: Sendable {
  private let configuration: Configuration
  private let networks: FaceNetworks
  /// Which networks serve and why, one line for people.
  package let networkReason: String

  /// Reads the networks.
  ///
  /// - Parameter measuresNetworks: whether `networks: auto` is decided by a measurement; else it is the full set.
  /// - Throws: ``PipelineError`` when they are not found, ``FaceTrackingError`` when they can't be used.
  package init(_ configuration: Configuration, measuresNetworks: Bool) throws {
    self.configuration = configuration
    let selection = try NetworkSelection(configuration, measures: measuresNetworks)
    networks = selection.networks
    networkReason = selection.reason
  }

  /// Makes the stage on the thread that will use it.
  ///
  /// - Parameter waitsForShaders: where shaders are to be tried, compile them before returning, so that every frame of a
  ///   recording is read by one executor. A daemon does not wait: the CPU serves meanwhile.
  /// - Parameter rests: whether the detector looks less often when no face was there for long; a recording is read alike
  ///   from its beginning to its end.
  package func makeStage(filters: Bool, waitsForShaders: Bool, rests: Bool = false) throws -> FaceStage {
    let backend: any InferenceBackend =
      switch configuration.tracking.executor {
      case .simd: try SIMDBackend(networks: networks)
      case .gl: try ShaderBackend(networks: networks)
      case .auto: try AdaptiveBackend(networks: networks, waits: waitsForShaders)
      }
    var window = WindowTracker.Configuration()
    window.detectHz = configuration.tracking.detectHz
    if rests {
      window.idleAfterSeconds = configuration.tracking.idleAfterSeconds
      window.idleDetectHz = configuration.tracking.idleDetectHz
    }
    window.presentAbove = Float(configuration.tracking.presenceOn)
    window.absentBelow = Float(configuration.tracking.presenceOff)
    let tracker = FaceTracker(networks: networks, backend: backend, configuration: window)
    return FaceStage(tracker: tracker, filters: filters ? try FilterBank(configuration.filters) : nil)
  }
}
