import GLES

/// One rig on the GPU: its skin pictures, and the buffers that a bent face goes through. The GL thread's.
final class RigBuffers {
  let rig: FaceRig
  let skins: Texture
  let array: VertexArray
  /// Where the lashes begin in the array's indices: they come last and have a program of their own.
  let lashIndex: Int
  private let bent: VertexBuffer
  private let fixed: VertexBuffer
  private let indices: VertexBuffer
  private var floats: [Float]

  init(_ context: GLContext, rig: FaceRig, skinPictures: [Picture]) throws(GLError) {
    self.rig = rig
    skins = try Texture.layers(context, skinPictures, wrap: .clampToEdge)
    floats = [Float](repeating: 0, count: rig.corners.count * 6)
    bent = try VertexBuffer(context, count: floats.count)
    let openness = rig.openness()
    fixed = try VertexBuffer(context, rig.corners.flatMap { Self.fixedFloats($0, rig, openness) })
    let isLash = { (triangle: Int) in rig.corners[Int(rig.indices[triangle])].surface == .lashes }
    let starts = stride(from: 0, to: rig.indices.count, by: 3)
    let ordered = starts.filter { !isLash($0) } + starts.filter(isLash)
    lashIndex = 3 * ordered.count { !isLash($0) }
    indices = try VertexBuffer(context, indices: ordered.flatMap { rig.indices[$0..<$0 + 3] })
    array = try VertexArray(
      context,
      [
        bent.attribute(location: 0, components: 3, stride: 6),
        bent.attribute(location: 1, components: 3, stride: 6, offset: 3),
        fixed.attribute(location: 2, components: 4, stride: 10),
        fixed.attribute(location: 3, components: 4, stride: 10, offset: 4),
        fixed.attribute(location: 4, components: 2, stride: 10, offset: 8),
      ], indices: indices)
  }

  /// Uploads a bent face: x, y, z of every place.
  func update(_ face: [Float]) throws(GLError) {
    let normals = rig.normals(face)
    floats.withUnsafeMutableBufferPointer { floats in
      for (index, corner) in rig.corners.enumerated() {
        let normal = normals[corner.place]
        for axis in 0..<3 {
          floats[6 * index + axis] = face[3 * corner.place + axis]
          floats[6 * index + 3 + axis] = normal[axis]
        }
      }
    }
    try bent.update(floats)
  }

  private static func fixedFloats(_ corner: FaceRig.Corner, _ rig: FaceRig, _ openness: [Float]) -> [Float] {
    let rest = rig.rest[corner.place]
    let isOuter = corner.surface == .skin || corner.surface == .scalp
    // The neck stays in its collar; chin and jaw, further ahead, go with the head.
    let lower = max(0, min(1, (-7.2 - rest.y - 0.4 * max(0, rest.z - 4)) / 3.5))
    let body = isOuter ? lower * lower * (3 - 2 * lower) : 0
    return [
      rest.x, rest.y, rest.z, openness[corner.place], corner.texture.x, corner.texture.y,
      Float(corner.surface.rawValue), body, corner.photo.x, corner.photo.y,
    ]
  }
}

extension Texture {
  /// An array texture of pictures of one size, one a layer, with mipmaps.
  static func layers(_ context: GLContext, _ pictures: [Picture], wrap: Wrap) throws(GLError) -> Texture {
    let texture = try Texture(
      context, width: pictures[0].width, height: pictures[0].height, layers: pictures.count, format: .rgba8,
      filter: .trilinear, wrap: wrap, mipmapped: true)
    for (layer, picture) in pictures.enumerated() {
      try picture.bytes.withUnsafeBufferPointer { (bytes) throws(GLError) in
        try texture.upload(UnsafeRawBufferPointer(bytes), layer: layer)
      }
    }
    try texture.generateMipmaps()
    return texture
  }
}
