import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

/// A context for one test, or nil, saying so, on a machine without any OpenGL ES 3.
func testContext(_ test: String = #function) -> GLContext? {
  do {
    return try GLContext()
  } catch {
    print("skip \(test): \(error)")
    return nil
  }
}

extension ShaderOptions {
  /// The ways a graph is run in tests: as on software, as on hardware, with as few targets as can be, and with weights in
  /// uniform blocks.
  static let tested: [ShaderOptions] = [
    .software, .hardware,
    ShaderOptions(
      tensorFormat: .rgba32f, preciseFormat: .rgba32f, constantBounds: true, targets: 1, packBuffers: false),
    // So few bytes that the larger layers of these tests go to textures.
    ShaderOptions(
      tensorFormat: .rgba32f, preciseFormat: .rgba32f, constantBounds: false, weights: .uniformBlocks(bytes: 6000),
      targets: 3, packBuffers: false),
  ]

  /// What an output may differ by, relative to the largest: 32-bit floats 1e-4; half floats round each layer to
  /// 2⁻¹¹ of its values, which a handful of layers turn into 8e-3.
  var tolerance: Double { tensorFormat == .rgba32f ? 1e-4 : 8e-3 }
}

/// Runs a graph on the GPU and in the reference, on a batch of different images, and compares all outputs.
func expectAgreement(
  _ graph: Graph, batch: Int = 1, options: ShaderOptions, context: GLContext,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var random = GraphBuilder(graph.input.shape, seed: 99)
  let input = random.randoms(graph.input.shape.count * batch)
  let plan = try PassPlan(graph, batch: batch, options: options)
  // Rows before and after, to see that the executor keeps to its own.
  let rows = batch * plan.rowsPerImage
  let sheet = try OutputSheet(context, rows: rows + 3, format: options.preciseFormat)
  let executor = try ShaderExecutor(plan, sheet: sheet, firstRow: 1, programs: ProgramCache(context))
  try executor.upload(input)
  // Twice: the second run must not find anything of the first in its margins.
  executor.run()
  executor.run()
  try context.checkErrors("a graph's passes")
  var elements = [Float](repeating: 0, count: sheet.count)
  try sheet.read(into: &elements)
  let reference = try ReferenceExecutor(graph)
  var outputs = [Float](repeating: 0, count: plan.outputCount)
  for image in 0..<batch {
    let values = reference.run(
      input[image * graph.input.shape.count..<(image + 1) * graph.input.shape.count].map(Double.init))
    let expected = graph.outputs.flatMap { values[$0.value][$0.range] }
    executor.copyOutputs(ofImage: image, from: elements, into: &outputs)
    let scale = max(1, expected.map(abs).max() ?? 1)
    let errors = zip(outputs, expected).map { abs(Double($0) - $1) / scale }
    let worst = errors.indices.max { !(errors[$0] >= errors[$1]) } ?? 0
    #expect(
      errors.allSatisfy { $0 <= options.tolerance },
      "image \(image), element \(worst) of \(errors.count): \(outputs[worst]), right is \(expected[worst])",
      sourceLocation: sourceLocation)
  }
  let outside = elements.prefix(128) + elements.suffix(256)
  #expect(outside.allSatisfy { $0 == 0 }, "the executor wrote outside its rows", sourceLocation: sourceLocation)
}
