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
  private var places: [Int: Place] = [:]
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
    case .activation, .fullyConnected: break
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

  /// A fully connected layer: one pass of partial sums over slices of the input, so that a GPU has pixels enough to
  /// work on, and one that sums them; one alone where the input is small.
  private mutating func planDense(_ layer: FusedLayer, weights: ArraySlice<Float>, bias: ArraySlice<Float>) {
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

  private var preciseDefines: [String: String] { options.preciseFormat == .rgba16f ? ["HALF": ""] : [:] }

  /// One pass an image and a run of elements, from values to the sheet.
  private mutating func planOutputs() {
    for value in Set(graph.outputs.map(\.value)).sorted() {
      let ranges = graph.outputs.filter { $0.value == value }.map(\.range)
      let range = ranges.map(\.lowerBound).min()!..<ranges.map(\.upperBound).max()!
      runs.append(PassPlan.OutputRun(value: value, range: range, row: rowsPerImage))
      rowsPerImage += (range.count + PassPlan.sheetColumns * 4 - 1) / (PassPlan.sheetColumns * 4)
    }
    for image in 0..<batch {
      for run in runs {
        guard let place = places[run.value] else { preconditionFailure("an output of a value that is not made") }
        let columns = PassPlan.sheetColumns
        let layout = place.layout
        var geometry = PassGeometry()
        let row = image * rowsPerImage + run.row
        geometry.tile = SIMD4(0, Float(row), Float(columns), Float((run.range.count + columns * 4 - 1) / (columns * 4)))
        geometry.sourceSize = SIMD2(Float(layout.width), Float(layout.height))
        geometry.sourceOrigin = SIMD2(Float(layout.origin), Float(layout.origin))
        geometry.sourceOrigin += layout.kind == .image ? SIMD2(Float(image * layout.pitch), 0) : SIMD2(0, Float(image))
        geometry.extent = SIMD2(Float(layout.shape.width), Float(layout.shape.height))
        geometry.special = SIMD4(Float(run.range.lowerBound), Float(run.range.count), 0, 0)
        let vector = layout.kind == .vector ? ["VECTOR_SOURCE": ""] : [:]
        passes.append(
          ShaderPass(
            name: "outputs of value \(run.value)", shader: .gather,
            defines: preciseDefines.merging(vector) { $1 }, inputs: [.source: place.texture], geometry: geometry,
            target: .sheet(row: row), instances: 1))
      }
    }
  }

  /// The value as an image; a vector gets a pass that makes it one.
  private mutating func image(_ value: Int) -> Place {
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

  private mutating func makeTensor(
    _ kind: TensorLayout.Kind, value: Int, format: Texture.Format? = nil
  ) -> Place {
    let place = Place(
      texture: textures.count, layout: TensorLayout(kind: kind, shape: shapes[value], batch: batch))
    textures.append(.tensor(place.layout, format: format ?? options.tensorFormat))
    places[value] = place
    return place
  }

  private mutating func makeWeights(_ texture: WeightTexture) -> Int {
    textures.append(.weights(texture))
    return textures.count - 1
  }

  private func slice(_ range: WeightRange) -> ArraySlice<Float> {
    graph.weights[range.offset..<range.offset + range.count]
  }

  /// A loop bound: the number itself, or the uniform it can be read from.
  private func bound(_ count: Int, _ uniform: String) -> String {
    options.constantBounds ? "\(count)" : "int(\(uniform))"
  }
}
