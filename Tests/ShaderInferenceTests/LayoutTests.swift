import NeuralGraph
import Testing

@testable import ShaderInference

@Suite struct LayoutTests {
  @Test func imagesOfABatchStandApartByATexelOfZeros() {
    let layout = TensorLayout(kind: .image, shape: TensorShape(channels: 5, height: 1, width: 2), batch: 2)
    #expect((layout.width, layout.height, layout.layers) == (7, 3, 2))
    let texels = layout.texels((1...20).map(Float.init))
    let row = Array(texels[0][7 * 4..<14 * 4])
    #expect(row[4..<12] == [1, 3, 5, 7, 2, 4, 6, 8])
    #expect(row[16..<24] == [11, 13, 15, 17, 12, 14, 16, 18])
    #expect(row[0..<4] == [0, 0, 0, 0] && row[12..<16] == [0, 0, 0, 0] && row[24..<28] == [0, 0, 0, 0])
    #expect(texels[1][7 * 4 + 4] == 9 && texels[1][7 * 4 + 5] == 0)
    for layer in texels { #expect((layer[0..<28] + layer[56..<84]).allSatisfy { $0 == 0 }) }
  }

  @Test func vectorsAreARowAnImage() {
    let layout = TensorLayout(kind: .vector, shape: TensorShape(channels: 5, height: 1, width: 1), batch: 2)
    #expect(layout.texels((1...10).map(Float.init)) == [[1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0]])
  }

  @Test func weightsOfABlockFillATexel() {
    // One output, five inputs, two taps.
    let weights: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    let texture = WeightTexture.dense(weights[...], bias: [11], inputs: 5, taps: 2)
    #expect((texture.width, texture.height, texture.layers.count) == (2, 4, 3))
    #expect(texture.layers[0][0..<8] == [1, 3, 5, 7, 2, 4, 6, 8])
    #expect(texture.layers[1][0..<8] == [9, 0, 0, 0, 10, 0, 0, 0])
    #expect(texture.layers[2][0..<4] == [11, 0, 0, 0])
    let uniforms = texture.uniforms(blocks: 0..<1)
    #expect(uniforms.count == 4 + 2 * 2 * 16)
    #expect(uniforms[0..<8] == [11, 0, 0, 0, 1, 3, 5, 7])
    #expect(uniforms[20..<24] == [2, 4, 6, 8] && uniforms[36..<40] == [9, 0, 0, 0])
  }

  @Test func weightsTooLargeForABlockGoToATexture() throws {
    var builder = GraphBuilder(TensorShape(channels: 8, height: 4, width: 4))
    let value = builder.convolution(0, 8)
    let graph = try builder.graph(value)
    // Two biases and 2 × 9 × 2 matrices.
    let needed = (2 + 36 * 4) * 16
    for (bytes, fits) in [(needed, true), (needed - 1, false)] {
      var options = ShaderOptions.software
      options.weights = .uniformBlocks(bytes: bytes)
      let pass = try #require(try PassPlan(graph, options: options).passes.first)
      #expect((pass.block != nil) == fits && (pass.inputs[.weights] == nil) == fits)
      #expect((pass.defines["MATRICES"] == "36") == fits)
    }
  }
}
