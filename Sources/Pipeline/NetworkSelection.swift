import FaceTracking
import Settings

/// The networks that serve, and why these.
package struct NetworkSelection: Sendable {
  package let networks: FaceNetworks
  /// For people: the set and the reason, one line.
  package let reason: String

  /// Reads the networks that the configuration asks for.
  ///
  /// - Parameter measures: whether `auto` times the full set on this machine, some 50 ms and more where shaders are demanded
  ///   and have to be compiled first. Otherwise `auto` is the full set, so that a recording is read alike everywhere.
  /// - Throws: ``PipelineError`` when they are not found, ``FaceTrackingError`` when they can't be used.
  package init(_ configuration: Configuration, measures: Bool) throws {
    let folder = try NetworkFolder(explicit: configuration.modelsDirectory)
    if folder.isSet {
      networks = try FaceNetworks(folder: folder.path)
      reason = "those in \(folder.path)"
      return
    }
    switch configuration.tracking.networks {
    case .full: (networks, reason) = (try Self.read(.full, folder), "full, as asked for")
    case .lite: (networks, reason) = (try Self.read(.lite, folder), "lite, as asked for")
    case .auto:
      if folder.sets.count == 1 {
        (networks, reason) = (try Self.read(folder.sets[0], folder), "\(folder.sets[0]), for there is no other set")
        return
      }
      let full = try Self.read(.full, folder)
      guard measures else {
        (networks, reason) = (full, "full, unless told otherwise")
        return
      }
      let choice = try Self.measure(full, configuration.tracking.executor)
      networks = choice.set == .full ? full : try Self.read(choice.set, folder)
      reason = choice.description
    }
  }

  private static func read(_ set: NetworkSet, _ folder: NetworkFolder) throws -> FaceNetworks {
    try FaceNetworks(folder: folder.path(of: set))
  }

  /// Where shaders may still take over, the CPU counts: it serves until they are compiled.
  private static func measure(
    _ full: FaceNetworks, _ executor: TrackingConfiguration.Executor
  ) throws -> NetworkChoice {
    let backend: any InferenceBackend =
      switch executor {
      case .gl: try ShaderBackend(networks: full)
      case .auto, .simd: try SIMDBackend(networks: full)
      }
    return try NetworkChoice(measuring: backend, networks: full)
  }
}
