import CSIMDKernels
import NeuralGraph

extension SIMDPlan {
  /// Plans a general operator: its inputs as runs, its result as a run.
  mutating func placeGeneral(
    _ operation: GeneralOperator, _ node: Graph.Node, value: Int, _ free: inout [Geometry: [Int]]
  ) {
    if case .constant(let weights, _) = operation { return runs.take(value, constant: weights) }
    let inputs = node.inputs.map { makeRun(of: $0) }
    let output = runs.take(value, count: shapes[value].count, batch: batch)
    var parts = GeneralStep.steps(of: operation)
    for index in parts.indices {
      // The parts of a concatenation have an input each.
      parts[index].inputs = parts.count == 1 && node.inputs.count <= 3 ? inputs : [inputs[index]]
      parts[index].output = output
      if case .function = operation { parts[index].layer.count = shapes[value].count }
      append(parts[index], pixels: nil, of: value)
    }
  }

  /// The value as a run; pixels are unpacked.
  private mutating func makeRun(of value: Int) -> RunPlan.Place {
    if let place = runs.places[value] { return place }
    var step = GeneralStep(gurn_general_unpack)
    step.layer.count = shapes[value].channels
    let place = runs.take(value, count: shapes[value].count, batch: batch)
    step.output = place
    append(step, pixels: offsets[value], of: value)
    return place
  }

  /// Makes sure that a value lies in pixels too.
  mutating func makePixels(of value: Int, _ free: inout [Geometry: [Int]]) {
    guard offsets[value] == nil, let place = runs.places[value] else { return }
    offsets[value] = takeBlock(for: geometries[value], &free)
    var step = GeneralStep(gurn_general_pack)
    step.layer.count = shapes[value].channels
    step.inputs = [place]
    append(step, pixels: offsets[value], of: value)
  }

  private mutating func append(_ general: GeneralStep, pixels: Int?, of value: Int) {
    var layer = gurn_layer()
    layer.operation = gurn_general_layer
    layer.input = tensor(value)
    layer.output = tensor(value)
    var step = Step(layer: layer, input: pixels ?? 0, output: pixels ?? 0)
    step.node = max(value - 1, 0)
    step.general = general
    steps.append(step)
  }
}
