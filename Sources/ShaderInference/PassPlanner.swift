import GLES
import NeuralGraph

/// Turns a graph's layers into textures and passes; ``FusedLayer`` has decided what runs together.
struct PassPlanner {
  let graph: Graph
  let shapes: [TensorShape]
  let batch: Int
  let options: ShaderOptions
  var textures: [PassPlan.Planned] = []
  var passes: [ShaderPass] = []
  var inputTexture = 0
  var runs: [PassPlan.OutputRun] = []
  var rowsPerImage = 0
  /// Where each value lies, once it is made.
  private(set) var places: [Int: Place] = [:]
  /// The same as an image, for vectors that had to become one.
  private var images: [Int: Place] = [:]

  /// A value's texture.
  struct Place {
    var texture: Int
    var layout: TensorLayout
  }

  init(_ graph: Graph, shapes: [TensorShape], batch: Int, options: ShaderOptions) {
    self.graph = graph
    self.shapes = shapes
    self.batch = batch
    self.options = options
  }

  mutating func plan() {
    inputTexture = makeTensor(.image, value: 0).texture
    for layer in FusedLayer.layers(of: graph, targets: options.targets) { plan(layer) }
    planOutputs()
  }

  private mutating func plan(_ layer: FusedLayer) {
    let node = graph.nodes[layer.node]
    if case .fullyConnected(_, let weights, let bias, _) = node.operation {
      return planDense(layer, weights: slice(weights), bias: slice(bias))
    }
    if case .general(let operation) = node.operation { return planGeneral(operation, layer) }
    var source = node.inputs[0]
    if let depthwise = layer.depthwise { source = graph.nodes[depthwise.node].inputs[0] }
    var pass = ShaderPass(
      name: node.name, shader: .elementwise, defines: ["ACTIVATION": "\(layer.activation)"],
      inputs: [.source: image(source).texture], geometry: PassGeometry(), target: .sheet(row: 0), instances: batch)
    if options.tensorFormat == .rgba16f { pass.defines["HALF"] = "" }
    var stride = 1
    var matrices: WeightTexture?
    if let residual = layer.residual { add(residual, to: &pass) }
    switch node.operation {
    case .convolution(_, let kernel, let ownStride, let weights, let bias, _):
      stride = ownStride
      pass.shader = .convolution
      matrices = .dense(
        slice(weights), bias: slice(bias), inputs: shapes[node.inputs[0]].channels, taps: kernel * kernel)
      pass.geometry.taps = Float(kernel * kernel)
      pass.defines["TAPS"] = kernel == 1 ? "1" : bound(9, "geometry[4].w")
      pass.defines["SOURCE_BLOCKS"] = bound((shapes[source].channels + 3) / 4, "geometry[2].w")
      if let depthwise = layer.depthwise { stride = add(depthwise, to: &pass) }
    case .depthwiseConvolution(let ownStride, let weights, let bias, _):
      stride = ownStride
      pass.shader = .depthwise
      pass.inputs[.depthwiseWeights] = makeWeights(.depthwise(slice(weights), bias: slice(bias)))
      pass.geometry.taps = 9
      pass.defines["TAPS"] = bound(9, "geometry[4].w")
    case .add:
      pass.defines["ACTIVATION"] = "none"
      add(FusedLayer.Residual(value: node.inputs[1], activation: layer.activation), to: &pass)
    case .averagePool(let kernel):
      stride = kernel
      pass.shader = .pool
      pass.geometry.extent = SIMD2(repeating: Float(kernel))
    case .globalAveragePool:
      pass.shader = .pool
      pass.geometry.extent = SIMD2(Float(shapes[source].width), Float(shapes[source].height))
    case .activation, .fullyConnected, .general: break
    }
    emit(&pass, from: image(source).layout, stride: stride, matrices: matrices, value: layer.result)
  }

  /// Completes a pass and adds it as often as it takes to write all blocks of the value, in equal shares.
  private mutating func emit(
    _ pass: inout ShaderPass, from source: TensorLayout, stride: Int, matrices: WeightTexture?, value: Int
  ) {
    let place = makeTensor(.image, value: value)
    var geometry = PassGeometry(from: source, to: place.layout, stride: stride)
    geometry.taps = pass.geometry.taps
    geometry.extent = pass.geometry.extent
    geometry.special = pass.geometry.special
    let blocks = place.layout.blocks
    let count = (blocks + options.targets - 1) / options.targets
    let parts = (0..<count).map { blocks * $0 / count..<blocks * ($0 + 1) / count }
    let uniforms = matrices.map { matrices in parts.map { uniformBlock(matrices, $0) } } ?? []
    if let matrices, uniforms.contains(where: { $0 == nil }) {
      pass.inputs[.weights] = makeWeights(matrices)
      geometry.weightSize = SIMD2(Float(matrices.width), Float(matrices.height))
    }
    for (part, layers) in parts.enumerated() {
      if pass.inputs[.weights] == nil, let matrices, let floats = uniforms[part] {
        pass.block = textures.count
        pass.defines["MATRICES"] = "\((matrices.layers.count - 1) * matrices.width * layers.count)"
        textures.append(.uniforms(floats))
      }
      geometry.firstChannel = Float(layers.lowerBound * 4)
      pass.geometry = geometry
      pass.target = .texture(place.texture, layers: layers)
      passes.append(pass)
    }
  }

  /// The weights of some output blocks as a uniform block, if they shall and can lie in one.
  private func uniformBlock(_ weights: WeightTexture, _ blocks: Range<Int>) -> [Float]? {
    guard case .uniformBlocks(let bytes) = options.weights else { return nil }
    let floats = weights.uniforms(blocks: blocks)
    return floats.count * MemoryLayout<Float>.stride <= bytes ? floats : nil
  }

  private mutating func add(_ residual: FusedLayer.Residual, to pass: inout ShaderPass) {
    pass.inputs[.residual] = image(residual.value).texture
    pass.defines["RESIDUAL_ACTIVATION"] = "\(residual.activation)"
  }

  /// Lets a convolution read through a depthwise layer, whose stride it returns.
  private mutating func add(_ depthwise: FusedLayer.Depthwise, to pass: inout ShaderPass) -> Int {
    guard case .depthwiseConvolution(let stride, let weights, let bias, _) = graph.nodes[depthwise.node].operation
    else {
      preconditionFailure("node \(depthwise.node) is no depthwise layer")
    }
    pass.name = "\(graph.nodes[depthwise.node].name) + \(pass.name)"
    pass.inputs[.depthwiseWeights] = makeWeights(.depthwise(slice(weights), bias: slice(bias)))
    pass.defines["DEPTHWISE_ACTIVATION"] = "\(depthwise.activation)"
    pass.defines["DEPTHWISE_TAPS"] = bound(9, "geometry[5].x")
    pass.geometry.special.x = 9
    return stride
  }

  /// What shaders that write the precise format are told.
  var preciseDefines: [String: String] { options.preciseFormat == .rgba16f ? ["HALF": ""] : [:] }

  /// The value as an image; a vector gets a pass that makes it one.
  mutating func image(_ value: Int) -> Place {
    guard let place = places[value] else { preconditionFailure("value \(value) is read before it is made") }
    if place.layout.kind == .image { return place }
    if let image = images[value] { return image }
    var layout = place.layout
    layout.kind = .image
    let image = Place(texture: textures.count, layout: layout)
    textures.append(.tensor(layout, format: options.tensorFormat))
    images[value] = image
    var defines = ["ACTIVATION": "none", "VECTOR_SOURCE": ""]
    if options.tensorFormat == .rgba16f { defines["HALF"] = "" }
    for first in stride(from: 0, to: layout.blocks, by: options.targets) {
      var geometry = PassGeometry(from: place.layout, to: layout)
      geometry.firstChannel = Float(first * 4)
      passes.append(
        ShaderPass(
          name: "value \(value) as an image", shader: .elementwise, defines: defines,
          inputs: [.source: place.texture], geometry: geometry,
          target: .texture(image.texture, layers: first..<min(first + options.targets, layout.blocks)),
          instances: batch))
    }
    return image
  }

  mutating func makeTensor(
    _ kind: TensorLayout.Kind, value: Int, format: Texture.Format? = nil
  ) -> Place {
    let place = Place(
      texture: textures.count, layout: TensorLayout(kind: kind, shape: shapes[value], batch: batch))
    textures.append(.tensor(place.layout, format: format ?? options.tensorFormat))
    places[value] = place
    return place
  }

  /// Has a value lie in a texture that is planned elsewhere.
  mutating func place(_ value: Int, in texture: Int, _ layout: TensorLayout) {
    places[value] = Place(texture: texture, layout: layout)
  }

  mutating func makeWeights(_ texture: WeightTexture) -> Int {
    textures.append(.weights(texture))
    return textures.count - 1
  }

  func slice(_ range: WeightRange) -> ArraySlice<Float> {
    graph.weights[range.offset..<range.offset + range.count]
  }

  /// A loop bound: the number itself, or the uniform it can be read from.
  private func bound(_ count: Int, _ uniform: String) -> String {
    options.constantBounds ? "\(count)" : "int(\(uniform))"
  }
}
