/// The weights of all layers of a pass, row after row.
///
/// Column = tap, row = output channel, layer 0 = the biases (a block in the row of its first channel), then a layer for
/// each block of input channels. Where the input is light, one layer holds a block of outputs a row, four to a texel.
struct TiledWeights {
  let isLight: Bool
  let taps: Int
  private let group: Int
  /// Rows, whole groups of blocks for each network.
  private(set) var rows = 0
  private var matrices = 0
  private var parts: [Part] = []

  private struct Part {
    var row: Int
    var groups: Int
    var inputs: Int
    var weights: [Float]
    var bias: [Float]
  }

  init(isLight: Bool, taps: Int, group: Int) {
    self.isLight = isLight
    self.taps = taps
    self.group = group
  }

  /// Adds weights given as [output][input channel][tap] for an input of `inputs` channels, whole blocks; returns the first
  /// row, and the first matrix of a uniform block.
  mutating func append(
    _ weights: ArraySlice<Float>, bias: ArraySlice<Float>, inputs: Int, groups: Int
  ) -> (row: Int, matrix: Int) {
    let start = (row: rows, matrix: matrices)
    parts.append(Part(row: rows, groups: groups, inputs: inputs, weights: Array(weights), bias: Array(bias)))
    rows += groups * group * 4
    matrices += groups * group * (inputs / 4) * taps
    return start
  }

  /// All of it as a texture.
  var texture: WeightTexture {
    let blocks = isLight ? 1 : (parts.map { $0.inputs / 4 }.max() ?? 0)
    let empty = [Float](repeating: 0, count: rows * taps * 4)
    var layers = [[Float]](repeating: empty, count: blocks + 1)
    for part in parts {
      let outputs = part.bias.count
      let channels = part.weights.count / outputs / taps
      for output in 0..<outputs {
        // The row of the block's first channel.
        let first = part.row + output / 4 * 4
        layers[0][first * taps * 4 + output % 4] = part.bias[output]
        for channel in 0..<channels {
          for tap in 0..<taps {
            let weight = part.weights[(output * channels + channel) * taps + tap]
            if isLight {
              layers[1][(first * taps + tap) * 4 + output % 4] = weight
            } else {
              layers[1 + channel / 4][((part.row + output) * taps + tap) * 4 + channel % 4] = weight
            }
          }
        }
      }
    }
    return WeightTexture(width: taps, height: rows, layers: layers)
  }

  /// All of it as a uniform block of at most so many floats: biases, then for each group, input block, tap and output block
  /// of it a matrix.
  func uniforms(within most: Int) -> [Float]? {
    guard !isLight, rows + 16 * matrices <= most else { return nil }
    let texture = texture
    var floats: [Float] = []
    for block in 0..<rows / 4 { floats += texture.layers[0][block * 4 * taps * 4..<block * 4 * taps * 4 + 4] }
    for part in parts {
      for tile in 0..<part.groups {
        for layer in texture.layers[1...part.inputs / 4] {
          for tap in 0..<taps {
            for row in 0..<group * 4 {
              let texel = ((part.row + tile * group * 4 + row) * taps + tap) * 4
              floats += layer[texel..<texel + 4]
            }
          }
        }
      }
    }
    return floats
  }
}
