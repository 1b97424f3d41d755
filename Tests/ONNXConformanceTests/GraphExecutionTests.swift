import GLES
import NeuralGraph
import ONNXConformance
import SIMDInference
import ShaderInference
import Testing

/// Every general operator on the fast executors against the reference, for a batch of different images.
@Suite struct GraphExecutionTests {
  /// A graph that any executor runs: its input is its output.
  static let smallest = Graph(
    name: "smallest",
    input: .init(name: "x", shape: TensorShape(channels: 1, height: 1, width: 1), normalization: .none), nodes: [],
    outputs: [.init(name: "x", unit: "", value: 0, range: 0..<1, elementNames: [])], weights: [])

  /// Numbers in −2…2 (SplitMix64).
  private func randoms(_ count: Int) -> [Float] {
    var state: UInt64 = 7
    return (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return Float(Int64(bitPattern: z ^ z >> 31) >> 40) * 0x1p-22
    }
  }

  private func expect(
    _ found: some Sequence<Float>, _ graph: Graph, _ input: ArraySlice<Float>, _ limit: Double, _ place: String
  ) throws {
    let values = try ReferenceExecutor(graph).run(input.map(Double.init))
    let right = graph.outputs.flatMap { values[$0.value][$0.range] }
    let scale = max(1, right.map(abs).max() ?? 1)
    let errors = zip(found, right).map { abs(Double($0) - $1) / scale }
    let worst = errors.indices.max { !(errors[$0] >= errors[$1]) } ?? 0
    #expect(
      errors.count == right.count && errors.allSatisfy { $0 <= limit },
      "\(place): element \(worst) is off by \(errors[worst])")
  }

  @Test(arguments: OperatorSample.all.indices)
  func vectorInstructionsAgreeWithTheReference(index: Int) throws {
    let (sample, batch) = (OperatorSample.all[index], 3)
    let count = sample.graph.input.shape.count
    let input = randoms(count * batch)
    for instructionSet in InstructionSet.available {
      let executor = try SIMDExecutor(sample.graph, batch: batch, instructionSet: instructionSet)
      // Twice: what a run leaves behind must not be seen by the next.
      for _ in 0..<2 { executor.run(input: input) }
      for image in 0..<batch {
        try expect(
          executor.output(0, image: image), sample.graph, input[image * count..<(image + 1) * count], 2e-5,
          "\(sample.name), \(instructionSet), image \(image)")
      }
    }
  }

  @Test func shadersAgreeWithTheReference() throws {
    let context: GLContext
    do { context = try GLContext() } catch { return print("skip shadersAgreeWithTheReference: \(error)") }
    let programs = ProgramCache(context)
    let batch = 2
    for sample in OperatorSample.all {
      let plan = try PassPlan(sample.graph, batch: batch, options: .software)
      let sheet = try OutputSheet(context, rows: batch * plan.rowsPerImage, format: .rgba32f)
      let executor = try ShaderExecutor(plan, sheet: sheet, programs: programs)
      let count = sample.graph.input.shape.count
      let input = randoms(count * batch)
      context.apply(DrawState())
      try executor.upload(input)
      for _ in 0..<2 { executor.run() }
      try context.checkErrors("a graph's passes")
      var elements = [Float](repeating: 0, count: sheet.count)
      try sheet.read(into: &elements)
      var outputs = [Float](repeating: 0, count: plan.outputCount)
      for image in 0..<batch {
        executor.copyOutputs(ofImage: image, from: elements, into: &outputs)
        try expect(
          outputs, sample.graph, input[image * count..<(image + 1) * count], 1e-4, "\(sample.name), image \(image)")
      }
    }
  }

  @Test func operatorsMixWithLayersAndConstants() throws {
    // A constant, a layer, a general operator on both, a layer on that: values pass between the layouts of executors.
    let input = Graph.Input(name: "x", shape: TensorShape(channels: 3, height: 4, width: 5), normalization: .none)
    let weights = randoms(3 * 9 + 3 + 3 + 3 * 3 + 3)
    func range(_ offset: Int, _ count: Int) -> WeightRange { WeightRange(offset: offset, count: count) }
    let nodes: [Graph.Node] = [
      .init(name: "scale", operation: .general(.constant(range(30, 3), extents: [3, 1, 1])), inputs: []),
      .init(
        name: "filter",
        operation: .depthwiseConvolution(stride: 1, weights: range(0, 27), bias: range(27, 3), activation: .relu),
        inputs: [0]),
      .init(
        name: "product", operation: .general(.binary(.multiply, first: [3, 4, 5], second: [3, 1, 1])), inputs: [2, 1]),
      .init(name: "bend", operation: .activation(.sigmoid), inputs: [3]),
      .init(name: "sum", operation: .add(activation: .none), inputs: [4, 0]),
      .init(
        name: "mix",
        operation: .convolution(
          outputChannels: 3, kernel: 1, stride: 1, weights: range(33, 9), bias: range(42, 3), activation: .none),
        inputs: [5]),
    ]
    let outputs = [3, 6].map { Graph.Output(name: "\($0)", unit: "", value: $0, range: 0..<60, elementNames: []) }
    let graph = Graph(name: "mixed", input: input, nodes: nodes, outputs: outputs, weights: weights)
    let numbers = randoms(60)
    for executor in [GraphExecutor.simd, .gl] {
      do {
        try expect(try executor.run(graph, input: numbers).flatMap { $0 }, graph, numbers[...], 1e-4, executor.rawValue)
      } catch let error as GLError {
        print("skip \(executor.rawValue): \(error)")
      }
    }
  }

  @Test func everyOperatorGoesThroughAModelFile() throws {
    for sample in OperatorSample.all {
      let copy = try ModelFile.decode(ModelFile.encode(sample.graph))
      #expect(copy.nodes == sample.graph.nodes && copy.outputs == sample.graph.outputs, "\(sample.name)")
    }
  }

  @Test func damagedFieldsAreRefusedAndNeverCrash() throws {
    for sample in OperatorSample.all {
      for (index, node) in sample.graph.nodes.enumerated() {
        guard case .general(let operation) = node.operation else { continue }
        for damaged in operation.damaged {
          var graph = sample.graph
          graph.nodes[index].operation = .general(damaged)
          #expect(throws: GraphError.self, "\(sample.name): \(damaged)") { try graph.validated() }
        }
      }
    }
  }
}

extension GeneralOperator {
  /// The same with sizes that can't be.
  fileprivate var damaged: [GeneralOperator] {
    switch self {
    case .rearrange(var view):
      view.offset = view.source
      var large = view
      large.sizes = large.sizes.map { _ in 1 << 24 }
      return [.rearrange(view), .rearrange(large)]
    case .softmax(let split): return [.softmax(AxisSplit(outer: -1, length: split.length, inner: split.inner))]
    case .pool(var pool):
      pool.axes[2].divisor = 0
      return [.pool(pool)]
    case .convolution(var convolution):
      convolution.groups = Int.max
      return [.convolution(convolution)]
    case .concatenate(let outer, let lengths, let inner):
      return [
        .concatenate(outer: outer, lengths: lengths.map { $0 + 1 }, inner: inner),
        .concatenate(outer: outer, lengths: [], inner: inner),
      ]
    case .matrixProduct(var product):
      product.firstStrides = [0]
      return [.matrixProduct(product)]
    case .reduce(let reduction, let extents, _): return [.reduce(reduction, extents: extents, axes: [0, 0])]
    case .pad(var padding):
      padding.before = -1
      return [.pad(padding)]
    case .resize(var resizing):
      resizing.scale = .nan
      return [.resize(resizing)]
    case .binary(let function, let first, _): return [.binary(function, first: first, second: [0])]
    case .function(let function): return [.function(ElementFunction(function.kind, a: .infinity))]
    case .constant: return []
    }
  }
}
