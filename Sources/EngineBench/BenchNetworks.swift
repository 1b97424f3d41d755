import FaceTracking
import NeuralGraph
import SIMDInference

/// The networks of a set on the CPU, one by one and as the frame runs them, on inputs of their own.
final class BenchNetworks {
  /// A network with the images that a frame runs through it.
  final class Unit {
    let name: String
    let graph: Graph
    let batch: Int
    let multiplyAdds: Int
    let executor: SIMDExecutor
    /// Normalised elements, image after image.
    let input: [Float]

    init(_ name: String, _ graph: Graph, batch: Int) throws {
      self.name = batch == 1 ? name : "\(name) ×\(batch)"
      self.graph = graph
      self.batch = batch
      multiplyAdds = try batch * graph.multiplyAdds(shapes: graph.validated())
      executor = try SIMDExecutor(graph, batch: batch)
      // Normalised light has a mean of 0 and a deviation of 1; a linear congruential generator makes it the same each time.
      var state: UInt64 = 7
      input = (0..<batch * graph.input.shape.count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648 * 1.7
      }
    }

    func run() { input.withUnsafeBufferPointer { executor.run(input: $0.baseAddress!) } }

    /// The largest difference between our outputs and the peer's.
    func difference(from peer: [String: [Float]]) -> Double {
      run()
      var worst = 0.0
      for (index, output) in graph.outputs.enumerated() {
        guard let values = peer["v\(output.value)_flat"], values.count % batch == 0 else { return .infinity }
        for image in 0..<batch {
          let theirs = values[image * (values.count / batch) + output.range.lowerBound..<values.count]
          for (a, b) in zip(executor.output(index, image: image), theirs) { worst = max(worst, abs(Double(a - b))) }
        }
      }
      return worst
    }
  }

  /// The window network and the local ones: what a tracked frame runs.
  let frame: [Unit]
  let detector: Unit

  init(_ networks: FaceNetworks) throws {
    frame =
      try [Unit("window", networks.window, batch: 1)]
      + networks.locals.map { try Unit($0.part.rawValue, $0.graph, batch: $0.crops.count) }
    detector = try Unit("detector", networks.detector, batch: 1)
  }

  var all: [Unit] { frame + [detector] }

  /// Rows of the CPU.
  func subjects(_ backend: SIMDBackend, networks: FaceNetworks, picture: BenchPicture) -> [BenchSubject] {
    let units = frame
    let executor = "simd"
    var subjects = all.map { unit in
      BenchSubject(
        network: unit.name, executor: executor, multiplyAdds: unit.multiplyAdds,
        memoryBytes: unit.executor.memoryBytes, body: unit.run)
    }
    let multiplyAdds = units.reduce(0) { $0 + $1.multiplyAdds }
    let memory = units.reduce(0) { $0 + $1.executor.memoryBytes }
    subjects.append(
      BenchSubject(
        network: "frame", executor: executor, multiplyAdds: multiplyAdds, memoryBytes: memory,
        body: { for index in units.indices { units[index].run() } }))
    var outputs = NetworkOutputs(networks: networks)
    subjects.append(
      BenchSubject(
        network: "frame with crops", executor: executor, multiplyAdds: multiplyAdds, memoryBytes: memory,
        body: {
          backend.load(picture.plane)
          backend.track(picture.window, into: &outputs)
        }))
    return subjects
  }
}

/// A picture to track: a gradient, whose numbers stay finite and alive.
final class BenchPicture {
  private let pixels: UnsafeMutablePointer<UInt8>
  let plane: LumaPlane
  let window = CropTransform(centre: [320, 240], side: 280, roll: 0.1, mirrored: false)

  init() {
    pixels = .allocate(capacity: 640 * 480)
    for index in 0..<640 * 480 { pixels[index] = UInt8(truncatingIfNeeded: index % 640 / 4 + index / 640 / 8) }
    plane = LumaPlane(pixels: pixels, width: 640, height: 480, stride: 640)
  }

  deinit { pixels.deallocate() }
}
