import NeuralGraph

/// How a batch of tensors lies in a 2D array texture: four channels (a block) to a texel.
///
/// As an *image*, layer b holds channels 4b…4b + 3, and the batch stands side by side, with one texel that stays zero
/// around and between: the zero padding of convolutions. As a *vector* (1×1 tensors that fully connected layers make),
/// block b is texel b of the one layer's row of the batch's image.
struct TensorLayout: Hashable, Sendable {
  enum Kind: Sendable { case image, vector }

  var kind: Kind
  var shape: TensorShape
  var batch: Int

  /// Channels in fours, the last one filled up.
  var blocks: Int { (shape.channels + 3) / 4 }
  var width: Int { kind == .image ? batch * pitch + 1 : blocks }
  var height: Int { kind == .image ? shape.height + 2 : batch }
  var layers: Int { kind == .image ? blocks : 1 }
  /// Texels from one image of the batch to the next, along x.
  var pitch: Int { kind == .image ? shape.width + 1 : 0 }
  /// The texel of the first image's (0, 0), in x and y.
  var origin: Int { kind == .image ? 1 : 0 }

  /// The texels of a batch, layer by layer, of tensors given one after the other in C, H, W order.
  func texels(_ elements: [Float]) -> [[Float]] {
    var result = [[Float]](repeating: [Float](repeating: 0, count: width * height * 4), count: layers)
    for (index, element) in elements.enumerated() {
      let (image, place) = index.quotientAndRemainder(dividingBy: shape.count)
      let (channel, position) = place.quotientAndRemainder(dividingBy: shape.height * shape.width)
      let (y, x) = position.quotientAndRemainder(dividingBy: shape.width)
      if kind == .image {
        let texel = (y + origin) * width + origin + image * pitch + x
        result[channel / 4][texel * 4 + channel % 4] = element
      } else {
        result[0][(image * width + channel / 4) * 4 + channel % 4] = element
      }
    }
    return result
  }
}
