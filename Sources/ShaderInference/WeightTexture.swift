/// Weights as shaders read them: an array texture whose texels are four weights, one for each channel of a block.
struct WeightTexture: Sendable {
  var width: Int
  var height: Int
  /// The texels of each layer.
  var layers: [[Float]]

  /// Weights given as [output][input channel][tap]: column = tap, row = output, layer = input block; a last layer holds
  /// the biases, four a texel, a block a row. Rows are filled up with zeros to whole blocks.
  static func dense(_ weights: ArraySlice<Float>, bias: ArraySlice<Float>, inputs: Int, taps: Int) -> WeightTexture {
    let outputs = bias.count
    let rows = (outputs + 3) / 4 * 4
    let blocks = (inputs + 3) / 4
    var layers = [[Float]](repeating: [Float](repeating: 0, count: rows * taps * 4), count: blocks + 1)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<taps {
          layers[input / 4][(output * taps + tap) * 4 + input % 4] =
            weights[weights.startIndex + (output * inputs + input) * taps + tap]
        }
      }
      layers[blocks][output / 4 * taps * 4 + output % 4] = bias[bias.startIndex + output]
    }
    return WeightTexture(width: taps, height: rows, layers: layers)
  }

  /// The same weights as a uniform block for a pass that writes some of the output blocks: their biases, then for each
  /// input block, tap and output block a matrix whose columns are the rows of the texture.
  func uniforms(blocks: Range<Int>) -> [Float] {
    var floats: [Float] = []
    for block in blocks {
      let texel = block * width * 4
      floats += layers[layers.count - 1][texel..<texel + 4]
    }
    for layer in layers.dropLast() {
      for tap in 0..<width {
        for row in blocks.lowerBound * 4..<blocks.upperBound * 4 {
          let texel = (row * width + tap) * 4
          floats += layer[texel..<texel + 4]
        }
      }
    }
    return floats
  }

  /// Weights given as [output][input channel] for an input that lies in a row of blocks: column = block, row = output.
  static func denseOfVector(_ weights: ArraySlice<Float>, bias: ArraySlice<Float>, inputs: Int) -> WeightTexture {
    let outputs = bias.count
    let rows = (outputs + 3) / 4 * 4
    let columns = (inputs + 3) / 4
    var layers = [[Float]](repeating: [Float](repeating: 0, count: rows * columns * 4), count: 2)
    for output in 0..<outputs {
      for input in 0..<inputs {
        layers[0][output * columns * 4 + input] = weights[weights.startIndex + output * inputs + input]
      }
      layers[1][output / 4 * columns * 4 + output % 4] = bias[bias.startIndex + output]
    }
    return WeightTexture(width: columns, height: rows, layers: layers)
  }

  /// Weights given as [channel][3][3]: column = tap, row = block; a second layer holds the biases.
  static func depthwise(_ weights: ArraySlice<Float>, bias: ArraySlice<Float>) -> WeightTexture {
    let rows = (bias.count + 3) / 4
    var layers = [[Float]](repeating: [Float](repeating: 0, count: rows * 9 * 4), count: 2)
    for channel in 0..<bias.count {
      let texel = channel / 4 * 9
      for tap in 0..<9 {
        layers[0][(texel + tap) * 4 + channel % 4] = weights[weights.startIndex + channel * 9 + tap]
      }
      layers[1][texel * 4 + channel % 4] = bias[bias.startIndex + channel]
    }
    return WeightTexture(width: 9, height: rows, layers: layers)
  }
}
