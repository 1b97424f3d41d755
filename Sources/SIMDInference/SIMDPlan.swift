import CSIMDKernels
import NeuralGraph

/// What to run for a graph, in which order, and where each value lies in one block of memory.
///
/// Values are channels-last with a margin of one pixel, which stays zero because only values of one geometry share memory.
/// A convolution whose only reader is an `add` writes the sum itself.
struct SIMDPlan {
  /// A layer with offsets (in floats) where its pointers will be.
  struct Step {
    /// The graph's node that it computes; a sum that follows may be in it.
    var node = 0
    var layer: gurn_layer
    var input: Int
    var second: Int?
    var output: Int
    /// The weights of a layer that has any, and its real channels.
    var packing: (weights: WeightRange, bias: WeightRange, inputChannels: Int, outputChannels: Int)?
    /// For steps on runs in row-major order.
    var general: GeneralStep?
  }

  /// How a value lies in memory.
  struct Geometry: Hashable {
    var width: Int
    var height: Int
    var pitch: Int

    var row: Int { (width + 2) * pitch }
    var image: Int { (height + 2) * row }
    /// From a block's start to its first pixel.
    var margin: Int { row + pitch }
  }

  let graph: Graph
  let shapes: [TensorShape]
  let batch: Int
  var steps: [Step] = []
  /// The offset of each value's first pixel; nil for a value that was fused away.
  var offsets: [Int?]
  private(set) var geometries: [Geometry]
  /// The floats that all values take.
  private(set) var size = 0
  /// Where values lie as runs in row-major order, for general operators.
  var runs = RunPlan()

  init(_ graph: Graph, batch: Int) throws(SIMDError) {
    guard (1...SIMDExecutor.maximumBatch).contains(batch) else { throw .batch(batch) }
    do throws(GraphError) { shapes = try graph.validated() } catch { throw .graph(error) }
    self.graph = graph
    self.batch = batch
    offsets = Array(repeating: nil, count: shapes.count)
    geometries = shapes.map { Geometry(width: $0.width, height: $0.height, pitch: ($0.channels + 7) / 8 * 8) }
    if shapes[0].channels == 1, Self.onlyProductsRead(value: 0, of: graph) { geometries[0].pitch = 1 }
    place()
  }

  /// Whether only layers that read runs of floats, whatever their pitch, read a value.
  private static func onlyProductsRead(value: Int, of graph: Graph) -> Bool {
    graph.nodes.allSatisfy { node in
      guard node.inputs.contains(value) else { return true }
      switch node.operation {
      case .convolution, .fullyConnected: return true
      default: return false
      }
    }
  }

  private mutating func place() {
    let fusions = fusedSums()
    let lastUse = lastUses(fusions)
    var free: [Geometry: [Int]] = [:]
    offsets[0] = takeBlock(for: geometries[0], &free)
    for (index, node) in graph.nodes.enumerated() {
      let value = index + 1
      // A sum that its convolution has written already.
      guard offsets[value] == nil else { continue }
      if case .general(let operation) = node.operation {
        placeGeneral(operation, node, value: value, &free)
        release(node.inputs, after: index, lastUse, &free)
        continue
      }
      let sum = fusions[value]
      let target = sum?.value ?? value
      for input in node.inputs + (sum.map { [$0.second] } ?? []) { makePixels(of: input, &free) }
      offsets[target] = takeBlock(for: geometries[target], &free)
      var step = step(node, target: target, sum: sum)
      step.node = index
      steps.append(step)
      release(node.inputs + (sum.map { [$0.second] } ?? []), after: index, lastUse, &free)
    }
    for output in graph.outputs { makePixels(of: output.value, &free) }
  }

  /// Lets others have the memory of values that nobody reads any more.
  private mutating func release(
    _ inputs: [Int], after index: Int, _ lastUse: [Int: Int], _ free: inout [Geometry: [Int]]
  ) {
    for read in Set(inputs) where lastUse[read] == index {
      if let offset = offsets[read] { free[geometries[read], default: []].append(offset) }
      runs.release(read)
    }
  }

  private typealias Fusion = (value: Int, second: Int, activation: Activation)

  /// For a convolution's value: the sum that it writes instead, and what is added.
  private func fusedSums() -> [Int: Fusion] {
    var readers: [Int: Int] = [:]
    for value in graph.nodes.flatMap(\.inputs) + graph.outputs.map(\.value) { readers[value, default: 0] += 1 }
    var result: [Int: Fusion] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .add(let activation) = node.operation else { continue }
      // The later operand: the other one is there when it is computed.
      let product = max(node.inputs[0], node.inputs[1])
      let second = min(node.inputs[0], node.inputs[1])
      guard product > second, readers[product] == 1, geometries[second] == geometries[product],
        case .convolution(_, _, _, _, _, .none) = graph.nodes[product - 1].operation
      else { continue }
      result[product] = (index + 1, second, activation)
    }
    return result
  }

  /// For each value the last node that reads it, or `Int.max` for outputs.
  private func lastUses(_ fusions: [Int: Fusion]) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for (index, node) in graph.nodes.enumerated() {
      for value in node.inputs { result[value] = index }
    }
    for (product, fusion) in fusions where result[fusion.second] == fusion.value - 1 {
      let others = graph.nodes.indices.filter {
        $0 != fusion.value - 1 && graph.nodes[$0].inputs.contains(fusion.second)
      }
      result[fusion.second] = max(product - 1, others.last ?? 0)
    }
    for output in graph.outputs { result[output.value] = Int.max }
    return result
  }

  mutating func takeBlock(for geometry: Geometry, _ free: inout [Geometry: [Int]]) -> Int {
    if let offset = free[geometry]?.popLast() { return offset }
    defer { size += (geometry.image * batch + geometry.margin + 31) / 16 * 16 }
    return size + geometry.margin
  }

  func tensor(_ value: Int) -> gurn_tensor {
    let geometry = geometries[value]
    return gurn_tensor(
      data: nil, width: geometry.width, height: geometry.height, pitch: geometry.pitch, row: geometry.row,
      image_stride: geometry.image)
  }

  private func step(_ node: Graph.Node, target: Int, sum: Fusion?) -> Step {
    let input = node.inputs[0]
    var layer = gurn_layer()
    layer.input = tensor(input)
    layer.output = tensor(target)
    layer.kernel = 1
    layer.stride = 1
    guard let offset = offsets[input], let output = offsets[target] else {
      preconditionFailure("a value is read before it is written")
    }
    var step = Step(layer: layer, input: offset, output: output)
    if let second = sum?.second ?? (node.inputs.count > 1 ? node.inputs[1] : nil) {
      step.layer.second = tensor(second)
      step.second = offsets[second]
    }
    describe(node.operation, input: shapes[input], &step)
    if let sum { step.layer.activation = gurn_activation(UInt32(sum.activation.rawValue)) }
    return step
  }

  private func describe(_ operation: Operator, input: TensorShape, _ step: inout Step) {
    func activate(_ activation: Activation) { step.layer.activation = gurn_activation(UInt32(activation.rawValue)) }
    switch operation {
    case .convolution(let outputs, let kernel, let stride, let weights, let bias, let activation):
      // A picture of one pixel has no neighbours, and its products are those of a fully connected layer.
      let isDense = kernel == 1 && input.width == 1 && input.height == 1 && step.second == nil
      step.layer.operation = isDense ? gurn_fully_connected : gurn_convolution
      step.layer.kernel = Int32(kernel)
      step.layer.stride = Int32(stride)
      step.packing = (weights, bias, input.channels, outputs)
      activate(activation)
    case .depthwiseConvolution(let stride, let weights, let bias, let activation):
      step.layer.operation = gurn_depthwise
      step.layer.kernel = 3
      step.layer.stride = Int32(stride)
      step.packing = (weights, bias, input.channels, input.channels)
      activate(activation)
    case .fullyConnected(let outputs, let weights, let bias, let activation):
      step.layer.operation = gurn_fully_connected
      step.packing = (weights, bias, input.channels, outputs)
      activate(activation)
    case .add(let activation):
      step.layer.operation = gurn_add
      activate(activation)
    case .activation(let activation):
      step.layer.operation = gurn_activate
      activate(activation)
    case .averagePool(let kernel):
      step.layer.operation = gurn_average_pool
      (step.layer.pool_height, step.layer.pool_width) = (Int32(kernel), Int32(kernel))
    case .globalAveragePool:
      step.layer.operation = gurn_average_pool
      (step.layer.pool_height, step.layer.pool_width) = (Int32(input.height), Int32(input.width))
    case .general: preconditionFailure("general operators have steps of their own")
    }
  }
}
