import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

@Suite struct CropPassTests {
  private static let crops: [CropTransform] = [
    CropTransform(centre: SIMD2(40, 30), side: 24, roll: 0, mirrored: false),
    CropTransform(centre: SIMD2(40.3, 30.7), side: 11.5, roll: 0.4, mirrored: true),
    CropTransform(centre: SIMD2(35, 25), side: 60, roll: -1.2, mirrored: false),
    // Mostly outside the frame, and more than eight pixels of it to one of the crop's.
    CropTransform(centre: SIMD2(-10, 70), side: 150, roll: 3, mirrored: true),
    CropTransform(centre: SIMD2(40, 30), side: 400, roll: 0.1, mirrored: false),
  ]
  private let frame = TestFrame(width: 83, height: 61, stride: 96)

  /// A graph that gives its input back.
  private func identity(_ width: Int, _ height: Int, _ normalization: Graph.Normalization) throws -> Graph {
    var builder = GraphBuilder(
      TensorShape(channels: 1, height: height, width: width), normalization: normalization)
    let value = builder.activation(0, .none)
    return try builder.graph(value)
  }

  private func run(
    _ context: GLContext, _ graph: Graph, _ options: ShaderOptions, _ windows: [CropTransform],
    of other: TestFrame? = nil
  ) throws -> [[Float]] {
    let programs = ProgramCache(context)
    let plan = try PassPlan(graph, batch: windows.count, options: options)
    let sheet = try OutputSheet(context, rows: plan.rowsPerImage * windows.count, format: options.preciseFormat)
    let executor = try ShaderExecutor(plan, sheet: sheet, programs: programs)
    let pass = try CropPass(for: executor, placement: .given, programs: programs)
    let luma = LumaTexture(context)
    try (other ?? frame).withPlane { (plane) throws(ShaderError) in try luma.upload(plane) }
    pass.draw(luma, windows: windows)
    executor.run()
    try context.checkErrors("crop")
    var elements = [Float](repeating: 0, count: sheet.count)
    try sheet.read(into: &elements)
    return windows.indices.map { image in
      var outputs = [Float](repeating: 0, count: plan.outputCount)
      executor.copyOutputs(ofImage: image, from: elements, into: &outputs)
      return outputs
    }
  }

  @Test(arguments: [Graph.Normalization.none, .meanVariance])
  func cropsAreWhatTheDefinitionSays(normalization: Graph.Normalization) throws {
    guard let context = testContext() else { return }
    for options in [ShaderOptions.software, .hardware] {
      // Half a grey level; light normalisation stretches this frame by about 5, half floats keep 2⁻¹¹ of it.
      let full = options.tensorFormat == .rgba32f
      let tolerance = (normalization == .none ? 0.5 / 255 : 5 * 0.5 / 255) * (full ? 0.1 : 1)
      for (width, height) in [(24, 24), (12, 9), (5, 13)] {
        let graph = try identity(width, height, normalization)
        for crop in Self.crops {
          let found = try run(context, graph, options, [crop])[0]
          let expected = frame.crop(crop, width: width, height: height, normalization: normalization)
          let errors = zip(found, expected).map { abs(Double($0) - $1) }
          let worst = errors.indices.max { !(errors[$0] >= errors[$1]) } ?? 0
          #expect(
            errors.allSatisfy { $0 <= tolerance },
            "\(crop) to \(width)×\(height): element \(worst) is \(found[worst]), right is \(expected[worst])")
        }
      }
    }
  }

  @Test func twoCropsFillABatch() throws {
    guard let context = testContext() else { return }
    let graph = try identity(17, 17, .meanVariance)
    let both = try run(context, graph, .software, [Self.crops[0], Self.crops[1]])
    for (found, crop) in zip(both, Self.crops) {
      let expected = frame.crop(crop, width: 17, height: 17, normalization: .meanVariance)
      #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-3 })
    }
  }

  @Test func aFlatFrameIsNormalisedToZero() throws {
    guard let context = testContext() else { return }
    var flat = frame
    flat.pixels = flat.pixels.map { _ in 77 }
    let found = try run(context, identity(9, 9, .meanVariance), .software, [Self.crops[0]], of: flat)
    #expect(found[0].allSatisfy { abs($0) < 1e-3 })
  }
}
