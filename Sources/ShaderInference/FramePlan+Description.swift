import GLES

/// The plan for people.
extension FramePlan {
  /// One pass, as a row of a table.
  package struct Row: Sendable {
    /// From 1.
    package let number: Int
    /// The shader's name.
    package let shader: String
    /// Such as `76×29, 4 × RGBA32F`.
    package let target: String
    /// The passes that it reads, from 1.
    package let sources: [Int]
    /// Tiles: images, and groups of channels of each.
    package let tiles: [Tile]
    /// Channels that a pixel writes.
    package let channels: Int
    package let multiplyAdds: Int
    /// The layers: network, and the value that it makes.
    package let layers: [String]
    /// The target's width and height, texels.
    package let size: SIMD2<Float>
  }

  /// A rectangle of a target that one network's channels take.
  package struct Tile: Sendable {
    /// x, y, width, height, texels.
    package let place: SIMD4<Float>
    /// The network's number.
    package let network: Int
  }

  /// The passes in their order.
  package var rows: [Row] {
    var writers: [Int: Int] = [:]
    return passes.enumerated().map { index, pass in
      var read = pass.inputs.filter { $0.key != .weights && $0.key != .depthwiseWeights }.map(\.value)
      if let landmarks, pass.crops.contains(where: { $0.place != nil }) { read.append(landmarks.texture) }
      let sources = Set(read.compactMap { writers[$0] }).sorted()
      writers[pass.target] = index + 1
      let (size, target) = describe(pass.target)
      return Row(
        number: index + 1, shader: pass.shader.rawValue, target: target, sources: sources,
        tiles: pass.tiles.map { Tile(place: $0.tile, network: $0.network) }, channels: pass.blocks * 4,
        multiplyAdds: pass.multiplyAdds, layers: pass.names, size: size)
    }
  }

  private func describe(_ texture: Int) -> (SIMD2<Float>, String) {
    func text(_ width: Int, _ height: Int, _ layers: Int, _ format: Texture.Format) -> (SIMD2<Float>, String) {
      (SIMD2(Float(width), Float(height)), "\(width)×\(height), \(layers) × \(format.rawValue.uppercased())")
    }
    switch textures[texture] {
    case .tiles(let sheet): return text(sheet.width, sheet.height, sheet.layers, sheet.format)
    case .vectors(let columns, let rows, let format): return text(columns, rows, format.texelsABlock, format)
    case .weights, .uniforms: return (.zero, "")
    }
  }
}
