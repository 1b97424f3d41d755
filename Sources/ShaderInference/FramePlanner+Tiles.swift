import NeuralGraph

extension FramePlanner {
  /// A pass of convolutions or depthwise layers that share a kind.
  mutating func planTiles(_ items: [Item], _ key: Key) {
    let sizes = items.map { item in
      let shape = lanes[item.lane].shapes[lanes[item.lane].layers[item.layer].result]
      return (blocks: (shape.channels + 3) / 4, area: shape.width * shape.height * lanes[item.lane].batch)
    }
    let group = Self.group(sizes, most: mostBlocks)
    var sheet = TileSheet(group: group, format: options.tensorFormat)
    let target = textures.count
    textures.append(.tiles(sheet))
    var pass = FramePass(
      names: [], shader: key.shader, defines: defines(key), inputs: [.source: key.source], target: target,
      blocks: group,
      stride: key.stride, taps: key.kernel * key.kernel, tiles: [])
    var weights = TiledWeights(isLight: key.isLight, taps: pass.taps, group: group)
    var depthwise: [Float] = []
    var depthwiseBias: [Float] = []
    for item in items {
      let lane = lanes[item.lane]
      let layer = lane.layers[item.layer]
      let operation = lane.graph.nodes[layer.node].operation
      let shape = lane.shapes[layer.result]
      let blocks = (shape.channels + 3) / 4
      let groups = (blocks + group - 1) / group
      let source = lane.places[Self.source(of: layer, lane.graph)]!
      let firstDepthwise = depthwiseBias.count / 4
      if let values = Self.depthwise(layer.depthwise.map { lane.graph.nodes[$0.node].operation } ?? operation) {
        Self.append(lane.slice(values.weights), lane.slice(values.bias), to: &depthwise, &depthwiseBias)
      }
      var start = (row: 0, matrix: 0)
      if case .convolution(_, _, _, let range, let bias, _) = operation {
        start = weights.append(lane.slice(range), bias: lane.slice(bias), inputs: source.blocks * 4, groups: groups)
      }
      let residual = layer.residual.flatMap { lane.places[$0.value] }
      var corners: [SIMD2<Int>] = []
      let pitch = TileSheet.pitch(shape.width)
      for image in 0..<lane.batch {
        let corner = sheet.place(width: shape.width, height: shape.height, groups: groups)
        corners.append(corner)
        for part in 0..<groups {
          let isMeasured = key.isLight && lane.graph.input.normalization == .meanVariance
          pass.tiles.append(
            FramePass.Tile(
              corner &+ SIMD2(part * pitch, 0), width: shape.width, height: shape.height, SIMD4(source, image: image),
              SIMD4(
                Float(source.blocks), Float(start.row + part * group * 4), Float(part * group),
                Float(start.matrix + part * source.blocks * pass.taps * group)),
              residual.map { SIMD4($0, image: image) } ?? .zero,
              SIMD4(Float(firstDepthwise), isMeasured ? 1 : 0, Float(lane.firstCell + image), 0),
              network: item.lane))
        }
      }
      pass.names.append(Self.name(item, lane))
      pass.multiplyAdds += Self.multiplyAdds(layer, lane)
      lanes[item.lane].places[layer.result] = TilePlace(
        texture: target, corners: corners, pitch: pitch, group: group, width: shape.width, height: shape.height,
        blocks: blocks)
    }
    textures[target] = .tiles(sheet)
    pass.inputs[.residual] = key.residualSource
    if key.isLight, let cells = cells[key.source] { pass.inputs[.cells] = cells }
    if !depthwiseBias.isEmpty {
      pass.depthwiseRows = depthwiseBias.count / 4
      pass.inputs[.depthwiseWeights] = add(.depthwise(depthwise[...], bias: depthwiseBias[...]))
    }
    if key.shader == .tileConvolution { place(weights, in: &pass) }
    passes.append(pass)
  }

  /// How many blocks a tile of a pass best has: a pixel costs something by itself, and each block five reads.
  static func group(_ sizes: [(blocks: Int, area: Int)], most: Int) -> Int {
    func cost(_ group: Int) -> Int {
      sizes.reduce(0) { $0 + $1.area * (($1.blocks + group - 1) / group) * (3 + 5 * group) }
    }
    return (1...most).reversed().min { cost($0) < cost($1) } ?? 1
  }

  private func defines(_ key: Key) -> [String: String] {
    var defines = options.tensorFormat.storageDefines
    func bound(_ count: Int, _ uniform: String) -> String { options.constantBounds ? "\(count)" : "int(\(uniform))" }
    defines["ACTIVATION"] = "\(key.activation)"
    defines["RESIDUAL_ACTIVATION"] = key.residual.map { "\($0)" }
    defines["DEPTHWISE_ACTIVATION"] = key.depthwise.map { "\($0)" }
    if key.depthwise != nil || key.shader == .tileDepthwise { defines["DEPTHWISE_TAPS"] = bound(9, "sizes[0].w") }
    defines["TAPS"] = key.kernel == 1 ? "1" : bound(9, "sizes[2].w")
    if key.isLight { defines["LIGHT"] = "" }
    return defines
  }

  /// Weights go to a uniform block where the options want it and they fit, else to a texture.
  private mutating func place(_ weights: TiledWeights, in pass: inout FramePass) {
    if case .uniformBlocks(let bytes) = options.weights, !weights.isLight,
      let floats = weights.uniforms(within: bytes / MemoryLayout<Float>.stride)
    {
      pass.block = textures.count
      pass.defines["BIASES"] = "\(weights.rows / 4)"
      pass.defines["MATRICES"] = "\((floats.count - weights.rows) / 16)"
      textures.append(.uniforms(floats))
    } else {
      pass.inputs[.weights] = add(weights.texture)
    }
  }

  mutating func add(_ weights: WeightTexture) -> Int {
    textures.append(.weights(weights, format: options.weightFormat))
    return textures.count - 1
  }

  static func depthwise(_ operation: Operator) -> (weights: WeightRange, bias: WeightRange)? {
    if case .depthwiseConvolution(_, let weights, let bias, _) = operation { return (weights, bias) }
    return nil
  }

  /// Adds a layer's filters, filled up with zeros to whole blocks.
  private static func append(
    _ weights: ArraySlice<Float>, _ bias: ArraySlice<Float>, to all: inout [Float], _ biases: inout [Float]
  ) {
    let spare = (4 - bias.count % 4) % 4
    all += weights + [Float](repeating: 0, count: spare * 9)
    biases += bias + [Float](repeating: 0, count: spare)
  }

  static func name(_ item: Item, _ lane: Lane) -> String { "\(lane.graph.name) \(lane.layers[item.layer].result)" }

  static func multiplyAdds(_ layer: FusedLayer, _ lane: Lane) -> Int {
    ([layer.node] + (layer.depthwise.map { [$0.node] } ?? [])).reduce(0) { sum, node in
      var alone = lane.graph
      alone.nodes = [lane.graph.nodes[node]]
      return sum + lane.batch * alone.multiplyAdds(shapes: [lane.shapes[0], lane.shapes[node + 1]])
    }
  }
}
