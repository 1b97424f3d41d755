import GLES
import NeuralGraph

extension PassPlanner {
  /// A general operator: a pass for as many blocks of the result as it may write, one where each element is much work.
  mutating func planGeneral(_ operation: GeneralOperator, _ layer: FusedLayer) {
    if case .constant(let range, _) = operation { return placeConstant(range, layer) }
    let node = graph.nodes[layer.node]
    if case .concatenate(let outer, let lengths, let inner) = operation, lengths.count != 2 {
      return planConcatenation(node, outer, lengths.map { $0 * inner }, layer)
    }
    var pass = GeneralPass(operation)
    pass.inputs = node.inputs.map { image($0) }
    if let table = pass.table { pass.inputs.append(placeTable(table)) }
    emit(pass, name: node.name, activation: layer.activation, to: makeTensor(.image, value: layer.result))
  }

  /// Numbers known beforehand become a texture; with several images, once for each.
  private mutating func placeConstant(_ range: WeightRange, _ layer: FusedLayer) {
    let layout = TensorLayout(kind: .image, shape: shapes[layer.result], batch: batch)
    let numbers = slice(range).map { Float(layer.activation.apply(Double($0))) }
    place(layer.result, in: textures.count, layout)
    textures.append(.constant(layout, (0..<batch).flatMap { _ in numbers }))
  }

  /// Index and weight of each tap, as a texture.
  private mutating func placeTable(_ table: AxisTable) -> Place {
    let numbers = zip(table.indices, table.weights).flatMap { [Float($0), $1] }
    let width = min(numbers.count, 1024)
    let rows = (numbers.count + width - 1) / width
    let shape = TensorShape(channels: (rows + 511) / 512, height: min(rows, 512), width: width)
    // Not the batch: all images read the same.
    let layout = TensorLayout(kind: .image, shape: shape, batch: 1)
    textures.append(.constant(layout, numbers + [Float](repeating: 0, count: shape.count - numbers.count)))
    return Place(texture: textures.count - 1, layout: layout)
  }

  /// Inputs are joined two at a time, each result with the next input.
  private mutating func planConcatenation(_ node: Graph.Node, _ outer: Int, _ lengths: [Int], _ layer: FusedLayer) {
    var joined = image(node.inputs[0])
    guard lengths.count > 1 else {
      let count = outer * lengths[0]
      var pass = GeneralPass(.rearrange(StridedView(sizes: [count], strides: [1], offset: 0, source: count)))
      pass.inputs = [joined]
      return emit(pass, name: node.name, activation: layer.activation, to: makeTensor(.image, value: layer.result))
    }
    var length = lengths[0]
    for index in 1..<lengths.count {
      var pass = GeneralPass(.concatenate(outer: outer, lengths: [length, lengths[index]], inner: 1))
      pass.inputs = [joined, image(node.inputs[index])]
      length += lengths[index]
      let isLast = index == lengths.count - 1
      let target = isLast ? makeTensor(.image, value: layer.result) : makeTensor(of: outer * length)
      emit(pass, name: node.name, activation: isLast ? layer.activation : .none, to: target)
      joined = target
    }
  }

  /// A texture for a run of elements that is no value of the graph.
  private mutating func makeTensor(of count: Int) -> Place {
    let layout = TensorLayout(kind: .image, shape: TensorShape(folding: [1, count]), batch: batch)
    textures.append(.tensor(layout, format: options.tensorFormat))
    return Place(texture: textures.count - 1, layout: layout)
  }

  private mutating func emit(_ general: GeneralPass, name: String, activation: Activation, to target: Place) {
    var pass = ShaderPass(
      name: name, shader: general.shader, defines: general.defines, inputs: [:],
      geometry: PassGeometry(from: target.layout, to: target.layout), target: .sheet(row: 0), instances: batch)
    let samplers: [(ShaderPass.Sampler, String)] = [
      (.source, "SOURCE_SHAPE"), (.weights, "WEIGHTS_SHAPE"), (.residual, "RESIDUAL_SHAPE"),
    ]
    for (input, (sampler, shape)) in zip(general.inputs, samplers) {
      let layout = input.layout
      let pitch = layout.batch == 1 ? 0 : layout.pitch
      pass.inputs[sampler] = input.texture
      pass.defines[shape] = "ivec3(\(layout.shape.height), \(layout.shape.width), \(pitch))"
    }
    if pass.inputs[.residual] != nil { pass.defines["BIAS"] = "" }
    pass.defines["ACTIVATION"] = "\(activation)"
    if options.tensorFormat == .rgba16f { pass.defines["HALF"] = "" }
    let shape = target.layout.shape
    pass.defines["CHANNELS"] = "\(shape.channels)"
    pass.defines["AREA"] = "\(shape.height * shape.width)"
    pass.defines["WIDTH"] = "\(shape.width)"
    pass.geometry.special = SIMD4(4, Float(general.repetitions), Float(general.channels), 0)
    let blocks = target.layout.blocks
    let each = general.isHeavy ? 1 : options.targets
    for first in stride(from: 0, to: blocks, by: each) {
      pass.geometry.firstChannel = Float(first * 4)
      pass.target = .texture(target.texture, layers: first..<min(first + each, blocks))
      passes.append(pass)
    }
  }
}
