import FaceTracking
import Settings
import SignalFilters

/// Puts tracker and filters together as the configuration asks.
package struct StageFactory: Sendable {
  private let configuration: Configuration
  private let networks: FaceNetworks

  /// Reads the networks.
  ///
  /// - Throws: ``PipelineError`` when they are not found, ``FaceTrackingError`` when they can't be used.
  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    networks = try FaceNetworks(folder: ResourceFolders.models(explicit: configuration.modelsDirectory))
  }

  /// Makes the stage on the thread that will use it.
  ///
  /// - Parameter waitsForShaders: where shaders are to be tried, compile them before returning, so that every frame of a
  ///   recording is read by one executor. A daemon does not wait: the CPU serves meanwhile.
  package func makeStage(filters: Bool, waitsForShaders: Bool) throws -> FaceStage {
    let backend: any InferenceBackend =
      switch configuration.tracking.executor {
      case .simd: try SIMDBackend(networks: networks)
      case .gl: try ShaderBackend(networks: networks)
      case .auto: try AdaptiveBackend(networks: networks, waits: waitsForShaders)
      }
    var window = WindowTracker.Configuration()
    window.detectHz = configuration.tracking.detectHz
    window.presentAbove = Float(configuration.tracking.presenceOn)
    window.absentBelow = Float(configuration.tracking.presenceOff)
    let tracker = FaceTracker(networks: networks, backend: backend, configuration: window)
    return FaceStage(tracker: tracker, filters: filters ? try FilterBank(configuration.filters) : nil)
  }
}
