/// Hair or brows as a mesh with a picture: where the picture is clear, the mesh is not there.
struct CardStyle: Sendable {
  let mesh: ProxyMesh
  let picture: Picture
  /// The mean brightness of the opaque part, linear; the hair's colour replaces it.
  let brightness: Float

  /// How often it is drawn, relative to the others.
  let frequency: Float

  init(mesh: ProxyMesh, picture: Picture, frequency: Float = 1) {
    self.frequency = frequency
    self.mesh = mesh
    self.picture = picture
    var (sum, count) = (Float(0), Float(0))
    for at in stride(from: 0, to: picture.bytes.count, by: 4) where picture.bytes[at + 3] > 100 {
      let level = (Float(picture.bytes[at]) + 2 * Float(picture.bytes[at + 1]) + Float(picture.bytes[at + 2])) / 1020
      sum += level * level
      count += 1
    }
    brightness = max(0.004, sum / max(1, count))
  }

  /// Floats a GL vertex: place, normal, texture coordinate with v down.
  static let floats = 8

  /// The GL vertices for these places of the mesh.
  func vertices(_ places: [SIMD3<Float>]) -> [Float] {
    var normals = [SIMD3<Float>](repeating: .zero, count: places.count)
    for start in stride(from: 0, to: mesh.triangles.count, by: 3) {
      let a = mesh.positionIndex[mesh.triangles[start]]
      let b = mesh.positionIndex[mesh.triangles[start + 1]]
      let c = mesh.positionIndex[mesh.triangles[start + 2]]
      let n = cross(places[b] - places[a], places[c] - places[a])
      normals[a] += n
      normals[b] += n
      normals[c] += n
    }
    return [Float](unsafeUninitializedCapacity: mesh.positionIndex.count * Self.floats) { floats, count in
      for (index, vertex) in mesh.positionIndex.enumerated() {
        let (place, normal) = (places[vertex], normals[vertex].unit)
        for axis in 0..<3 {
          floats[Self.floats * index + axis] = place[axis]
          floats[Self.floats * index + 3 + axis] = normal[axis]
        }
        floats[Self.floats * index + 6] = mesh.texture[index].x
        floats[Self.floats * index + 7] = 1 - mesh.texture[index].y
      }
      count = mesh.positionIndex.count * Self.floats
    }
  }
}
