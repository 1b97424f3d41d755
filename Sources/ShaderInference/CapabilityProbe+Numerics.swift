import GLES
import NeuralGraph

extension CapabilityProbe {
  /// A 64-term dot product: shows whether highp is honoured, in reading as in summing.
  static func dotProduct(_ options: ShaderOptions, _ programs: ProgramCache) -> Check {
    // Stored as 32-bit floats where that can be, so that it is the arithmetic that is judged.
    var precise = options
    precise.tensorFormat = options.preciseFormat
    let limit = precise.tensorFormat == .rgba32f ? 1e-5 : 2e-3
    let weights = (0..<64).map { Float((($0 * 37) % 64) - 32) / 64 } + [0]
    let graph = Graph(
      name: "64-term dot product",
      input: Graph.Input(name: "x", shape: TensorShape(channels: 64, height: 1, width: 1), normalization: .none),
      nodes: [
        Graph.Node(
          name: "dot",
          operation: .convolution(
            outputChannels: 1, kernel: 1, stride: 1, weights: WeightRange(offset: 0, count: 64),
            bias: WeightRange(offset: 64, count: 1), activation: .none), inputs: [0])
      ],
      outputs: [Graph.Output(name: "y", unit: "", value: 1, range: 0..<1, elementNames: [])], weights: weights)
    return compare(graph, batch: 1, limit: limit, precise, programs)
  }

  /// A small network with everything in it, two images at once.
  static func network(_ options: ShaderOptions, _ programs: ProgramCache) -> Check {
    var weights: [Float] = []
    func range(_ count: Int, _ scale: Float) -> WeightRange {
      let first = weights.count
      weights += (first..<first + count).map { Float(($0 &* 7919) % 251 - 125) / 125 * scale }
      return WeightRange(offset: first, count: count)
    }
    let nodes: [(Operator, [Int])] = [
      (
        .convolution(
          outputChannels: 6, kernel: 3, stride: 2, weights: range(54, 0.4), bias: range(6, 0.1), activation: .relu),
        [0]
      ),
      (.depthwiseConvolution(stride: 1, weights: range(54, 0.4), bias: range(6, 0.1), activation: .relu6), [1]),
      (
        .convolution(
          outputChannels: 6, kernel: 1, stride: 1, weights: range(36, 0.5), bias: range(6, 0.1), activation: .none),
        [2]
      ),
      (.add(activation: .elu), [3, 1]),
      (.fullyConnected(outputs: 5, weights: range(240, 0.2), bias: range(5, 0.1), activation: .sigmoid), [4]),
    ]
    let graph = Graph(
      name: "network of every kind of layer",
      input: Graph.Input(name: "x", shape: TensorShape(channels: 1, height: 7, width: 3), normalization: .none),
      nodes: nodes.enumerated().map {
        Graph.Node(name: "layer \($0.offset)", operation: $0.element.0, inputs: $0.element.1)
      },
      outputs: [
        Graph.Output(name: "y", unit: "", value: 5, range: 0..<5, elementNames: []),
        Graph.Output(name: "map", unit: "", value: 4, range: 0..<48, elementNames: []),
      ], weights: weights)
    return compare(graph, batch: 2, limit: options.tensorFormat == .rgba32f ? 1e-5 : 4e-3, options, programs)
  }

  /// Runs a graph in shaders and in the reference.
  private static func compare(
    _ graph: Graph, batch: Int, limit: Double, _ options: ShaderOptions, _ programs: ProgramCache
  ) -> Check {
    do {
      let plan = try PassPlan(graph, batch: batch, options: options)
      let sheet = try OutputSheet(programs.context, rows: batch * plan.rowsPerImage, format: options.preciseFormat)
      let executor = try ShaderExecutor(plan, sheet: sheet, programs: programs)
      let reference = try ReferenceExecutor(graph)
      let count = graph.input.shape.count
      let input = (0..<batch * count).map { Float(($0 * 29) % 61 - 30) / 30 }
      try executor.upload(input)
      executor.run()
      var elements = [Float](repeating: 0, count: sheet.count)
      try sheet.read(into: &elements)
      var outputs = [Float](repeating: 0, count: plan.outputCount)
      var worst = 0.0
      for image in 0..<batch {
        let values = reference.run(input[image * count..<(image + 1) * count].map(Double.init))
        executor.copyOutputs(ofImage: image, from: elements, into: &outputs)
        for (found, expected) in zip(outputs, graph.outputs.flatMap({ values[$0.value][$0.range] })) {
          let error = abs(Double(found) - expected) / max(1, abs(expected))
          // A NaN is the worst there is.
          worst = error.isNaN ? .infinity : max(worst, error)
        }
      }
      return Check(
        name: graph.name, passed: worst <= limit, detail: "off by \(scientific(worst)), at most \(limit) is right")
    } catch {
      return Check(name: graph.name, passed: false, detail: "\(error)")
    }
  }

  static func scientific(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "\(value)" }
    var exponent = 0
    var mantissa = value
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\((mantissa * 10).rounded() / 10)e\(exponent)"
  }

  /// The time of a chain of eight 3×3 convolutions, 32×24×24, in microseconds: the best of three after one to warm up.
  static func layerTime(_ options: ShaderOptions, _ programs: ProgramCache) -> Double {
    let channels = 32
    let count = channels * channels * 9
    let layer = Operator.convolution(
      outputChannels: channels, kernel: 3, stride: 1, weights: WeightRange(offset: 0, count: count),
      bias: WeightRange(offset: 0, count: channels), activation: .relu)
    let graph = Graph(
      name: "layers to time",
      input: Graph.Input(
        name: "x", shape: TensorShape(channels: channels, height: 24, width: 24), normalization: .none),
      nodes: (0..<8).map { Graph.Node(name: "layer \($0)", operation: layer, inputs: [$0]) },
      outputs: [Graph.Output(name: "y", unit: "", value: 8, range: 0..<1, elementNames: [])],
      weights: [Float](repeating: 0.003, count: count))
    do {
      let plan = try PassPlan(graph, options: options)
      let sheet = try OutputSheet(programs.context, rows: plan.rowsPerImage, format: options.preciseFormat)
      let executor = try ShaderExecutor(plan, sheet: sheet, programs: programs)
      var best = Duration.seconds(60)
      for run in 0..<4 {
        let start = ContinuousClock.now
        executor.run()
        programs.context.finish()
        if run > 0 { best = min(best, ContinuousClock.now - start) }
      }
      return best / .microseconds(1)
    } catch {
      return .infinity
    }
  }

  /// The time of a pass in a chain of 20, in microseconds: the best of five chains after one to warm up.
  static func passTime(_ options: ShaderOptions, _ programs: ProgramCache) -> Double {
    do {
      let layout = TensorLayout(kind: .image, shape: TensorShape(channels: 4, height: 30, width: 30), batch: 1)
      var textures: [Owned<Texture>] = []
      var framebuffers: [Owned<Framebuffer>] = []
      for _ in 0..<2 {
        let texture = Owned(
          try Texture(
            programs.context, width: layout.width, height: layout.height, layers: 1, format: options.tensorFormat))
        framebuffers.append(
          Owned(try Framebuffer(programs.context, colors: [texture.value.attachment(layer: 0)])))
        framebuffers.last?.value.clear()
        textures.append(texture)
      }
      let program = try programs.program(.elementwise, ["ACTIVATION": "relu"], blocks: 1)
      let passes = (0..<2).map {
        BoundPass(
          program, geometry: PassGeometry(from: layout, to: layout),
          inputs: [(ShaderPass.Sampler.source.rawValue, textures[$0])], framebuffer: framebuffers[1 - $0], instances: 1)
      }
      let quad = try VertexArray(programs.context)
      var best = Duration.seconds(60)
      for _ in 0..<6 {
        let start = ContinuousClock.now
        for pass in 0..<20 { passes[pass % 2].draw(quad) }
        programs.context.finish()
        best = min(best, ContinuousClock.now - start)
      }
      return best / .microseconds(1) / 20
    } catch {
      return .nan
    }
  }
}
