import FaceTracking
import RigMapping
import Settings
import SignalFilters

/// Puts tracker and filters together as the configuration asks.
package struct StageFactory: Sendable {
  private let configuration: Configuration
  private let networks: FaceNetworks
  /// Which networks serve and why, one line for people.
  package let networkReason: String

  /// What the stage starts from; ``PersonalFiles`` reads what was saved.
  package var calibration = Calibration()
  package var triggers = TriggerLibrary()
  /// The settings of calibration, gaze and rig mapping, with the profile that the configuration names.
  package let personal: PersonalStage.Configuration

  /// Reads the networks and the rig profile.
  ///
  /// - Parameter measuresNetworks: whether `networks: auto` is decided by a measurement; else it is the full set.
  /// - Throws: ``PipelineError`` when they are not found, ``FaceTrackingError`` and ``SettingsError`` when they can't be used.
  package init(_ configuration: Configuration, measuresNetworks: Bool) throws {
    self.configuration = configuration
    let selection = try NetworkSelection(configuration, measures: measuresNetworks)
    networks = selection.networks
    networkReason = selection.reason
    personal = try PersonalFiles.stageConfiguration(configuration.personal)
  }

  /// Makes the stage on the thread that will use it.
  ///
  /// - Parameter waitsForShaders: where shaders are to be tried, compile them before returning, so that every frame of a
  ///   recording is read by one executor. A daemon does not wait: the CPU serves meanwhile.
  /// - Parameter rests: whether the detector looks less often when no face was there for long; a recording is read alike
  ///   from its beginning to its end.
  /// - Parameter faces: how many faces are followed; what `tracking.max_faces` says is the caller's to hand on.
  package func makeStage(
    filters: Bool, waitsForShaders: Bool, rests: Bool = false, faces: Int = 1
  ) throws -> FaceStage {
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
    let tracker = FaceTracker(networks: networks, backend: backend, configuration: window, faces: faces)
    guard filters else { return FaceStage(tracker: tracker, filters: nil) }
    return FaceStage(
      tracker: tracker, filters: try FilterBank(configuration.filters),
      personal: PersonalStage(personal, calibration: calibration, triggers: TriggerBank(triggers)))
  }
}
