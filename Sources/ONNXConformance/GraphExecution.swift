import GLES
import NeuralGraph
import SIMDInference
import ShaderInference

/// The ways a graph can be run: all three give the same numbers, within their precision.
package enum GraphExecutor: String, CaseIterable, Sendable {
  /// Plain loops in double precision.
  case reference
  /// Vector instructions of the CPU.
  case simd
  /// OpenGL ES shaders, with 32-bit floats.
  case gl

  /// The graph's outputs for one input (value 0's elements, in C, H, W order).
  ///
  /// - Throws: what the executor says of a graph or of a machine that it can't run on.
  package func run(_ graph: Graph, input: [Float]) throws -> [[Float]] {
    switch self {
    case .reference:
      let values = try ReferenceExecutor(graph).run(input.map(Double.init))
      return graph.outputs.map { values[$0.value][$0.range].map(Float.init) }
    case .simd:
      let executor = try SIMDExecutor(graph)
      executor.run(input: input)
      return graph.outputs.indices.map { Array(executor.output($0)) }
    case .gl: return try Self.runShaders(graph, input)
    }
  }

  private static func runShaders(_ graph: Graph, _ input: [Float]) throws -> [[Float]] {
    let context = try GLContext()
    let plan = try PassPlan(graph, options: .software)
    let sheet = try OutputSheet(context, rows: plan.rowsPerImage, format: plan.options.preciseFormat)
    let executor = try ShaderExecutor(plan, sheet: sheet, programs: ProgramCache(context))
    context.apply(DrawState())
    try executor.upload(input)
    executor.run()
    try context.checkErrors("a graph's passes")
    var elements = [Float](repeating: 0, count: sheet.count)
    try sheet.read(into: &elements)
    var all = [Float](repeating: 0, count: plan.outputCount)
    executor.copyOutputs(ofImage: 0, from: elements, into: &all)
    var rest = all[...]
    return graph.outputs.map { output in
      defer { rest = rest.dropFirst(output.range.count) }
      return Array(rest.prefix(output.range.count))
    }
  }
}
