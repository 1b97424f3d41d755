import NeuralGraph
import SIMDInference
import Testing

/// Runs a graph on every instruction set of this CPU and compares each output with the reference in double precision.
///
/// The tolerance is 2e-5 of the largest magnitude in the output, or of 1: single precision over some thousand products.
func expectReference(
  _ graph: Graph, batch: Int = 1, tolerance: Double = 2e-5, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var builder = GraphBuilder(channels: 1, height: 1, width: 1, seed: 99)
  let count = graph.input.shape.count
  let input = (0..<batch * count).map { _ in builder.random() * 2 }
  let reference = try ReferenceExecutor(graph)
  let truth = (0..<batch).map { image in reference.run(input[image * count..<(image + 1) * count].map(Double.init)) }
  for instructionSet in InstructionSet.available {
    let executor = try SIMDExecutor(graph, batch: batch, instructionSet: instructionSet)
    // Twice: what a run leaves behind must not be seen by the next.
    for _ in 0..<2 { executor.run(input: input) }
    for image in 0..<batch {
      for (index, output) in graph.outputs.enumerated() {
        let expected = truth[image][output.value][output.range]
        let found = executor.output(index, image: image)
        let limit = tolerance * max(1, expected.reduce(0) { max($0, abs($1)) })
        let worst = zip(found, expected).map { ($0.isNaN ? .infinity : abs(Double($0) - $1)) }.enumerated()
          .max { $0.element < $1.element }
        let (element, error) = try #require(worst, sourceLocation: sourceLocation)
        #expect(
          error <= limit,
          """
          \(comment) \(instructionSet), image \(image), output '\(output.name)': worst element \(element) is \
          \(found[element]) instead of \(expected[expected.startIndex + element]); limit \(limit)
          """, sourceLocation: sourceLocation)
      }
    }
  }
}
