import NeuralGraph

extension FramePlanner {
  /// A pass of fully connected layers, each image a row of the target.
  mutating func planDense(_ items: [Item], _ key: Key) {
    let depth = items.map { lanes[$0.lane].depths[$0.layer] }.max() ?? 0
    let target = vectorTexture(depth)
    var pass = FramePass(
      names: [], shader: .tileDense, defines: options.preciseFormat.storageDefines, inputs: [.source: key.source],
      target: target, blocks: 1, tiles: [])
    var parts: [(weights: ArraySlice<Float>, bias: ArraySlice<Float>, source: TilePlace, row: Int)] = []
    var rows = 0
    for item in items {
      let lane = lanes[item.lane]
      let layer = lane.layers[item.layer]
      guard case .fullyConnected(let outputs, let weights, let bias, _) = lane.graph.nodes[layer.node].operation,
        let source = lane.places[Self.source(of: layer, lane.graph)]
      else { continue }
      let blocks = (outputs + 3) / 4
      let slices = slices(of: source, result: layer.result, lane)
      let activation = FramePlan.ActivationCode(layer.activation)
      var corners: [SIMD2<Int>] = []
      for image in 0..<lane.batch {
        let corner = SIMD2(0, takeRows(slices, of: target))
        corners.append(corner)
        pass.tiles.append(
          FramePass.Tile(
            corner, width: blocks, height: slices, SIMD4(source, image: image),
            SIMD4(Float(source.blocks), Float(rows), Float(source.width), Float(source.height)),
            SIMD4(
              Float((slices == 1 ? activation : .none).rawValue), Float(source.activation.rawValue), Float(slices), 0),
            SIMD4(Float(source.slices), 0, 0, 0), network: item.lane))
      }
      parts.append((lane.slice(weights), lane.slice(bias), source, rows))
      rows += blocks * 4
      pass.names.append(Self.name(item, lane))
      pass.multiplyAdds += Self.multiplyAdds(layer, lane)
      // As an image, a vector is one block high and a row of blocks wide.
      lanes[item.lane].places[layer.result] = TilePlace(
        texture: target, corners: corners, pitch: 0, group: 1, isVector: true, width: blocks, height: 1, blocks: 1,
        slices: slices, activation: slices == 1 ? .none : activation)
    }
    pass.inputs[.weights] = add(Self.weights(parts, rows: rows))
    passes.append(pass)
  }

  /// Slices give a GPU pixels enough to work on; what reads them sums them. An output is whole.
  private func slices(of source: TilePlace, result: Int, _ lane: Lane) -> Int {
    guard options.denseSlices > 1, source.blocks > 1, !lane.graph.outputs.contains(where: { $0.value == result }) else {
      return 1
    }
    let readers = lane.layers.filter { Self.sources(of: $0, lane.graph).contains(result) }
    let areDense = readers.allSatisfy { layer in
      if case .fullyConnected = lane.graph.nodes[layer.node].operation { return true }
      return false
    }
    return areDense ? min(options.denseSlices, source.blocks) : 1
  }

  /// The texture of vectors that so many layers wait for; those that none waits for are read back.
  mutating func vectorTexture(_ depth: Int) -> Int {
    if let texture = vectors[depth] { return texture }
    vectors[depth] = textures.count
    textures.append(.vectors(columns: columns, rows: 0, format: options.preciseFormat))
    return textures.count - 1
  }

  /// Rows of a texture of vectors; returns the first.
  mutating func takeRows(_ count: Int, of texture: Int) -> Int {
    guard case .vectors(let columns, let rows, let format) = textures[texture] else {
      preconditionFailure("texture \(texture) holds no vectors")
    }
    textures[texture] = .vectors(columns: columns, rows: rows + count, format: format)
    return rows
  }

  /// Weights given as [output][channel][place]: column = place, row = output, layer = input block; layer 0 the biases. Where
  /// the source is a vector, which is a row of blocks, columns are blocks.
  private static func weights(
    _ parts: [(weights: ArraySlice<Float>, bias: ArraySlice<Float>, source: TilePlace, row: Int)], rows: Int
  ) -> WeightTexture {
    let columns = parts.map { $0.source.width * $0.source.height }.max() ?? 1
    let blocks = parts.map(\.source.blocks).max() ?? 1
    let empty = [Float](repeating: 0, count: rows * columns * 4)
    var layers = [[Float]](repeating: empty, count: blocks + 1)
    for part in parts {
      let outputs = part.bias.count
      let inputs = part.weights.count / outputs
      let isVector = part.source.isVector
      let area = isVector ? 1 : part.source.width * part.source.height
      for output in 0..<outputs {
        layers[0][(part.row + output / 4 * 4) * columns * 4 + output % 4] = part.bias[part.bias.startIndex + output]
        for input in 0..<inputs {
          let (channel, place) = input.quotientAndRemainder(dividingBy: area)
          let weight = part.weights[part.weights.startIndex + output * inputs + input]
          let column = isVector ? channel / 4 : place
          layers[1 + (isVector ? 0 : channel / 4)][((part.row + output) * columns + column) * 4 + channel % 4] = weight
        }
      }
    }
    return WeightTexture(width: columns, height: rows, layers: layers)
  }
}
