import FaceTracking
import GLES
import NeuralGraph

/// The rows of the shader executor.
enum BenchShaders {
  /// A tracked frame and a detection, from the luma's upload to the outputs, and the upload alone: what frames that the GPU reads
  /// where the camera left them would save. On software renderers all of it is CPU time.
  static func subjects(
    _ networks: FaceNetworks, picture: BenchPicture, renderer: inout String?
  ) throws -> [BenchSubject] {
    let backend = try ShaderBackend(networks: networks)
    renderer = "\(backend.report.renderer); \(backend.report.reason)"
    var outputs = NetworkOutputs(networks: networks)
    var map = [Float](repeating: 0, count: networks.detector.output(named: "map")?.range.count ?? 0)
    let frame = try ([(networks.window, 1)] + networks.locals.map { ($0.graph, $0.crops.count) })
      .reduce(0) { try $0 + $1.1 * $1.0.multiplyAdds(shapes: $1.0.validated()) }
    return [
      BenchSubject(
        network: "upload of a frame", executor: "gl", multiplyAdds: 0, memoryBytes: 0,
        body: { try backend.load(picture.plane) }),
      BenchSubject(
        network: "frame with crops", executor: "gl", multiplyAdds: frame, memoryBytes: backend.memoryBytes,
        passes: backend.passCount,
        body: {
          try backend.load(picture.plane)
          try backend.track(picture.window, into: &outputs)
        }),
      BenchSubject(
        network: "detector with crop", executor: "gl",
        multiplyAdds: try networks.detector.multiplyAdds(shapes: networks.detector.validated()),
        memoryBytes: backend.memoryBytes, passes: backend.detectorPassCount,
        body: {
          try backend.load(picture.plane)
          try backend.detect(into: &map)
        }),
    ]
  }
}
