import GLES
import NeuralGraph

extension CapabilityProbe {
  /// A small network with every kind of layer that ``FramePlan`` runs, on a picture of its own size: from the luma's bytes
  /// to the outputs, on a rung's way of keeping tensors.
  static func frame(_ options: ShaderOptions, _ programs: ProgramCache) -> Check {
    let name = "networks side by side, \(options.tensorFormat.rawValue.uppercased())"
    // Crops lose a half's 11 bits of light before the first layer where tensors are halves.
    let limit = options.tensorFormat == .rgba32f || options.tensorFormat == .rgba32ui ? 1e-4 : 1e-2
    do {
      let graph = sample
      let plan = try FramePlan(graph, options: options)
      let executor = try FrameExecutor(plan, programs: programs)
      let (width, height) = (graph.input.shape.width, graph.input.shape.height)
      let pixels = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * 37 % 251) }
      let luma = LumaTexture(programs.context)
      try pixels.withUnsafeBufferPointer { (buffer) throws(ShaderError) in
        guard let first = buffer.baseAddress else { return }
        try luma.upload(LumaPlane(pixels: first, width: width, height: height, stride: width))
      }
      programs.context.apply(DrawState())
      let whole = CropTransform(
        centre: SIMD2(Float(width) / 2, Float(height) / 2), side: Float(width), roll: 0, mirrored: false)
      executor.draw(luma, window: whole)
      var elements = [Float](repeating: 0, count: executor.sheet.count)
      try executor.sheet.read(into: &elements)
      var outputs = [Float](repeating: 0, count: executor.outputCount(0))
      executor.copyOutputs(0, from: elements, into: &outputs)
      let values = try ReferenceExecutor(graph).run(normalized(pixels))
      var worst = 0.0
      for (found, expected) in zip(outputs, graph.outputs.flatMap({ values[$0.value][$0.range] })) {
        let error = abs(Double(found) - expected) / max(1, abs(expected))
        // A NaN is the worst there is.
        worst = error.isNaN ? .infinity : max(worst, error)
      }
      return Check(name: name, passed: worst <= limit, detail: "off by \(scientific(worst)), at most \(limit) is right")
    } catch {
      return Check(name: name, passed: false, detail: "\(error)")
    }
  }

  private static func normalized(_ pixels: [UInt8]) -> [Double] {
    let luma = pixels.map { Double($0) / 255 }
    let mean = luma.reduce(0, +) / Double(luma.count)
    let variance = luma.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(luma.count)
    return luma.map { ($0 - mean) / (variance.squareRoot() + 0.01) }
  }

  /// Light, strides, a residual, a depthwise layer, several groups of channels, layers that are fully connected, an image
  /// and a vector that are given out.
  private static var sample: Graph {
    var weights: [Float] = []
    func range(_ count: Int, _ scale: Float) -> WeightRange {
      let first = weights.count
      weights += (first..<first + count).map { Float(($0 &* 7919) % 251 - 125) / 125 * scale }
      return WeightRange(offset: first, count: count)
    }
    func convolution(_ outputs: Int, _ inputs: Int, _ kernel: Int, _ stride: Int, _ activation: Activation) -> Operator
    {
      .convolution(
        outputChannels: outputs, kernel: kernel, stride: stride,
        weights: range(outputs * inputs * kernel * kernel, 0.9 / Float(inputs * kernel)), bias: range(outputs, 0.1),
        activation: activation)
    }
    let nodes: [(Operator, [Int])] = [
      (convolution(6, 1, 3, 2, .relu), [0]), (convolution(18, 6, 3, 1, .relu), [1]),
      (convolution(18, 18, 3, 1, .none), [2]), (.add(activation: .relu), [2, 3]),
      (.depthwiseConvolution(stride: 2, weights: range(162, 0.4), bias: range(18, 0.1), activation: .relu6), [4]),
      (convolution(9, 18, 1, 1, .elu), [5]),
      (.fullyConnected(outputs: 10, weights: range(10 * 54, 0.1), bias: range(10, 0.1), activation: .relu), [6]),
      (.fullyConnected(outputs: 5, weights: range(50, 0.4), bias: range(5, 0.1), activation: .sigmoid), [7]),
    ]
    return Graph(
      name: "every kind of layer",
      input: Graph.Input(
        name: "x", shape: TensorShape(channels: 1, height: 12, width: 8), normalization: .meanVariance),
      nodes: nodes.enumerated().map {
        Graph.Node(name: "layer \($0.offset)", operation: $0.element.0, inputs: $0.element.1)
      },
      outputs: [
        Graph.Output(name: "y", unit: "", value: 8, range: 0..<5, elementNames: []),
        Graph.Output(name: "hidden", unit: "", value: 7, range: 2..<10, elementNames: []),
        Graph.Output(name: "map", unit: "", value: 6, range: 0..<54, elementNames: []),
      ], weights: weights)
  }
}
