import GLES

/// A list of card styles on the GPU: their pictures, and a buffer for each. The GL thread's.
final class CardBuffers {
  let pictures: Texture
  private let styles: [Style]

  private final class Style {
    let vertices: VertexBuffer
    let indices: VertexBuffer
    let array: VertexArray
    let count: Int

    init(_ context: GLContext, _ style: CardStyle) throws(GLError) {
      count = style.mesh.triangles.count
      vertices = try VertexBuffer(context, count: style.mesh.positionIndex.count * CardStyle.floats)
      indices = try VertexBuffer(context, indices: style.mesh.triangles.map(UInt32.init))
      array = try VertexArray(
        context,
        [
          vertices.attribute(location: 0, components: 3, stride: CardStyle.floats),
          vertices.attribute(location: 1, components: 3, stride: CardStyle.floats, offset: 3),
          vertices.attribute(location: 2, components: 2, stride: CardStyle.floats, offset: 6),
        ], indices: indices)
    }
  }

  /// At least one style.
  init(_ context: GLContext, _ list: [CardStyle]) throws(GLError) {
    pictures = try Texture.layers(context, list.map(\.picture), wrap: .clampToEdge)
    var styles: [Style] = []
    for style in list { styles.append(try Style(context, style)) }
    self.styles = styles
  }

  /// Draws one style with the program in use; its pictures must be bound.
  func draw(_ number: Int, _ vertices: [Float]) throws(GLError) {
    let style = styles[number]
    try style.vertices.update(vertices)
    style.array.drawIndexed(.triangles, count: style.count)
  }
}
