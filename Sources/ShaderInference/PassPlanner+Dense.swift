import NeuralGraph

extension PassPlanner {
  /// A fully connected layer: one pass of partial sums over slices of the input, so that a GPU has pixels enough to
  /// work on, and one that sums them; one alone where the input is small.
  mutating func planDense(_ layer: FusedLayer, weights: ArraySlice<Float>, bias: ArraySlice<Float>) {
    let node = graph.nodes[layer.node]
    guard let source = places[node.inputs[0]] else {
      preconditionFailure("\(node.name) reads a value before it is made")
    }
    let shape = source.layout.shape
    let isVector = source.layout.kind == .vector
    let positions = isVector ? source.layout.blocks : shape.height * shape.width
    let layers = source.layout.layers
    let layersEach = min(layers, max(1, 64 / positions))
    let slices = (layers + layersEach - 1) / layersEach
    let texture = makeWeights(
      isVector
        ? .denseOfVector(weights, bias: bias, inputs: shape.channels)
        : .dense(weights, bias: bias, inputs: shape.channels, taps: positions))
    let place = makeTensor(.vector, value: layer.result, format: options.preciseFormat)
    var partial = place
    if slices > 1 {
      var layout = place.layout
      layout.batch = batch * slices
      partial = Place(texture: textures.count, layout: layout)
      textures.append(.tensor(layout, format: options.preciseFormat))
    }
    var geometry = PassGeometry(from: source.layout, to: partial.layout)
    geometry.weightSize = SIMD2(Float(positions), Float((bias.count + 3) / 4 * 4))
    geometry.extent = isVector ? SIMD2(Float(positions), 1) : geometry.extent
    let step = isVector ? SIMD2<Float>(0, 1) : SIMD2(Float(source.layout.pitch), 0)
    geometry.special = SIMD4(Float(slices), Float(layersEach), step.x, step.y)
    let activation = ["ACTIVATION": "\(layer.activation)"].merging(preciseDefines) { $1 }
    passes.append(
      ShaderPass(
        name: node.name, shader: .dense, defines: slices > 1 ? preciseDefines : activation,
        inputs: [.source: source.texture, .weights: texture], geometry: geometry,
        target: .texture(partial.texture, layers: 0..<1), instances: 1))
    guard slices > 1 else { return }
    var sum = PassGeometry(from: partial.layout, to: place.layout)
    sum.weightSize = geometry.weightSize
    sum.taps = Float(layers)
    sum.special = geometry.special
    passes.append(
      ShaderPass(
        name: "\(node.name), sum", shader: .denseSum, defines: activation,
        inputs: [.source: partial.texture, .weights: texture], geometry: sum,
        target: .texture(place.texture, layers: 0..<1), instances: 1))
  }
}
