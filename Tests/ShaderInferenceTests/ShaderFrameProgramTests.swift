import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

/// The whole frame: upload, crops, networks, landmark-placed crops, read-back.
@Suite struct ShaderFrameProgramTests {
  private let frame = TestFrame(width: 120, height: 90, stride: 120)
  private let window = CropTransform(centre: SIMD2(61, 44), side: 70, roll: 0.2, mirrored: false)
  private let leftEye = LandmarkCrop(landmarks: [0, 2, 3], offset: -0.1, sideFactor: 0.3, mirrored: false)
  private let rightEye = LandmarkCrop(landmarks: [1], offset: 0.05, sideFactor: 0.35, mirrored: true)
  private let mouth = LandmarkCrop(landmarks: [4, 5], offset: 0.2, sideFactor: 0.5, mirrored: false)

  private func network(
    _ edge: Int, height: Int? = nil, outputs: [(String, Int)], seed: UInt64
  ) throws -> Graph {
    let shape = TensorShape(channels: 1, height: height ?? edge, width: edge)
    var builder = GraphBuilder(shape, normalization: .meanVariance, seed: seed)
    let value = builder.convolution(0, 6, stride: 2)
    let count = outputs.reduce(0) { $0 + $1.1 }
    let elements = 6 * ((shape.height + 1) / 2) * ((shape.width + 1) / 2)
    let result = builder.dense(value, of: elements, count, .sigmoid)
    var graph = try builder.graph(result)
    var first = 0
    graph.outputs = outputs.map { name, count in
      defer { first += count }
      return Graph.Output(name: name, unit: "", value: result, range: first..<first + count, elementNames: [])
    }
    return graph
  }

  private func networks(mouth withMouth: Bool = true) throws -> ShaderFrameProgram.Networks {
    ShaderFrameProgram.Networks(
      window: try network(24, outputs: [("landmarks", 12), ("confidence", 1), ("correction", 4)], seed: 3),
      locals: [.init(graph: try network(16, outputs: [("lid", 3)], seed: 4), crops: [leftEye, rightEye])]
        + (withMouth ? [.init(graph: try network(16, outputs: [("jaw", 5)], seed: 5), crops: [mouth])] : []),
      detector: try network(32, height: 24, outputs: [("map", 7)], seed: 6))
  }

  private func expected(_ graph: Graph, _ crop: CropTransform) throws -> [Float] {
    let shape = graph.input.shape
    let input = frame.crop(crop, width: shape.width, height: shape.height, normalization: .meanVariance)
    let values = try ReferenceExecutor(graph).run(input)
    return graph.outputs.flatMap { values[$0.value][$0.range] }.map(Float.init)
  }

  private func expectClose(
    _ found: [Float], _ expected: [Float], _ what: String, _ options: ShaderOptions,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    // Outputs are 0…1; crops placed by half-float networks may lie a tenth of a pixel off.
    let tolerance: Float = [.rgba32f, .rgba32ui].contains(options.tensorFormat) ? 1e-3 : 2e-2
    let errors = zip(found, expected).map { abs($0 - $1) }
    #expect(
      found.count == expected.count && errors.allSatisfy { $0 <= tolerance },
      "\(what): off by \(errors.max() ?? .nan): \(found), right is \(expected)", sourceLocation: sourceLocation)
  }

  private func check(
    _ outputs: ShaderFrameProgram.Outputs, _ networks: ShaderFrameProgram.Networks, window: CropTransform,
    _ options: ShaderOptions
  ) throws {
    let said = try expected(networks.window, window)
    expectClose(outputs.window, said, "window", options)
    let correction = (dx: said[13], dy: said[14], dlogSide: said[15], droll: said[16])
    func place(_ crop: LandmarkCrop) -> CropTransform {
      said.withUnsafeBufferPointer {
        crop.transform(window: window, landmarks: $0.baseAddress!, correction: correction)
      }
    }
    let places = networks.locals.flatMap { local in local.crops.map { (local.graph, $0) } }
    #expect(outputs.locals.count == places.count)
    for (index, (graph, crop)) in places.enumerated() {
      expectClose(outputs.locals[index], try expected(graph, place(crop)), "crop \(index)", options)
    }
  }

  @Test(arguments: [true, false])
  func aFrameAgreesWithTheReferenceFromPixelsToOutputs(withMouth: Bool) throws {
    guard let context = testContext() else { return }
    let networks = try networks(mouth: withMouth)
    let rungs = GLRung.allCases.map { $0.options(isSoftware: true, targets: 4, full: true) }
    for options in [ShaderOptions.software, .hardware] {
      try check(ShaderFrameProgram(context, networks, options: options), networks, options)
    }
    // The same with weights in uniform blocks, and with eight targets a pass.
    var others = [ShaderOptions.hardware, .software]
    others[0].weights = .uniformBlocks(bytes: 16384)
    others[1].targets = min(8, context.limits.drawBuffers)
    for options in [ShaderOptions.hardware] + rungs + others {
      let programs = ProgramCache(context)
      try check(TiledFrameProgram(context, networks, options: options, programs: programs), networks, options)
    }
  }

  private func check(
    _ program: any FrameProgram, _ networks: ShaderFrameProgram.Networks, _ options: ShaderOptions
  ) throws {
    var outputs = program.makeOutputs()
    try frame.withPlane { (plane) throws(ShaderError) in try program.upload(plane) }
    for mirrored in [false, true] {
      var window = window
      window.mirrored = mirrored
      try program.track(window: window, into: &outputs)
      try check(outputs, networks, window: window, options)
    }
    var found = program.makeDetectorOutputs()
    let whole = CropTransform(centre: SIMD2(60, 45), side: 120, roll: 0, mirrored: false)
    try program.detect(in: whole, into: &found)
    expectClose(found, try expected(networks.detector, whole), "detector", options)
  }

  @Test func framesCanOverlapAndComeBackInOrder() throws {
    guard let context = testContext() else { return }
    let networks = try networks()
    let program = try ShaderFrameProgram(context, networks, options: .hardware)
    try #require(program.capacity == 2)
    try frame.withPlane { (plane) throws(ShaderError) in try program.upload(plane) }
    var second = window
    second.centre.x += 9
    var outputs = program.makeOutputs()
    try program.submit(window: window)
    try program.submit(window: second)
    try program.finish(into: &outputs)
    try check(outputs, networks, window: window, .hardware)
    try program.finish(into: &outputs)
    try check(outputs, networks, window: second, .hardware)
    #expect(!program.isReady)
  }

  @Test func aWindowNetworkWithoutLandmarksIsRefused() throws {
    guard let context = testContext() else { return }
    for outputs in [[("landmarks", 12)], [("landmarks", 4), ("correction", 4)], [("correction", 4)]] {
      var networks = try networks()
      networks.window = try network(24, outputs: outputs, seed: 3)
      let error = #expect(throws: ShaderError.self) {
        _ = try ShaderFrameProgram(context, networks, options: .software)
      }
      #expect(error?.description.contains("landmarks") == true)
    }
  }
}
