import FaceCore

/// Fewer triangles by vertex clustering: vertices in one cell of space, part and texture tile become their first one.
///
/// Rossignac and Borrel, "Multi-resolution 3D approximations for rendering complex scenes", 1993. The cells are fine
/// around eyes and mouth, where the networks look, and coarse at the back of the head.
struct MeshReduction {
  /// For each vertex, the vertex that stands for it.
  let representative: [Int]
  /// The remaining triangles: three GL vertices and a surface each.
  let triangles: [(a: Int, b: Int, c: Int, surface: FaceSurface)]

  private struct Cell: Hashable {
    let x, y, z, part, tileU, tileV, jaw: Int32
  }

  init(_ file: FaceRigFile) {
    let parts = file.vertexParts()
    let edges = Self.cellEdges(file, parts)
    var tile = [SIMD2<Float>](repeating: .zero, count: file.neutral.count)
    for (corner, vertex) in file.positionIndex.enumerated() { tile[vertex] = file.texture[corner] }
    // Upper and lower jaw touch when the mouth is shut: what moves differently stays apart.
    let jawOpen = file.expressions[Blendshape.jawOpen.rawValue]
    var first: [Cell: Int] = [:]
    representative = file.neutral.indices.map { vertex in
      guard edges[vertex] > 0 else { return vertex }
      let place = file.neutral[vertex] / edges[vertex]
      let cell = Cell(
        x: Int32(place.x.rounded(.down)), y: Int32(place.y.rounded(.down)), z: Int32(place.z.rounded(.down)),
        part: Int32(parts[vertex]), tileU: Int32(tile[vertex].x.rounded(.down)),
        tileV: Int32(tile[vertex].y.rounded(.down)), jaw: Int32((jawOpen[3 * vertex + 1] / 0.5).rounded()))
      if let found = first[cell] { return found }
      first[cell] = vertex
      return vertex
    }
    triangles = Self.remaining(file, representative)
  }

  /// The edge of the cell around each vertex, centimetres; 0 keeps the vertex.
  private static func cellEdges(_ file: FaceRigFile, _ parts: [Int]) -> [Float] {
    let landmarks = file.meta.landmarksMultipie68
    let fine = landmarks[31...].map { file.neutral[$0] }
    var edges = parts.enumerated().map { vertex, part -> Float in
      let place = file.neutral[vertex]
      switch file.meta.parts[part].name {
      case "face":
        let distance = fine.map { (($0.x - place.x) * ($0.x - place.x) + ($0.y - place.y) * ($0.y - place.y)) }.min()!
        return distance < 0.7 * 0.7 ? 0 : distance < 2 * 2 ? 0.3 : distance < 4 * 4 ? 0.42 : 0.7
      case "head_neck": return 1.2
      // Behind the canines a shadow is all that shows.
      case "teeth": return place.z > 8.5 ? 0.22 : 0.6
      case "gums_tongue": return place.z > 8 ? 0.4 : 0.7
      case "eyeball_left", "eyeball_right": return 0.28
      case "mouth_socket", "eye_socket_left", "eye_socket_right": return 0.8
      default: return 0
      }
    }
    for vertex in landmarks { edges[vertex] = 0 }
    return edges
  }

  private static func isShoulder(_ place: SIMD3<Float>) -> Bool {
    place.y < -12.5 || place.y < -8.5 && abs(place.x) > 6.4 && place.z < 4
  }

  /// Whether a lash's vertex may be seen: inner.frag.glsl draws no more than 1.96 cm around the eyeball's middle.
  private static func reachesLid(_ place: SIMD3<Float>) -> Bool {
    let root = place - SIMD3(place.x < 0 ? -3.094 : 3.094, 3.614, 7.995)
    return (root * root).sum() < 2 * 2
  }

  private static func remaining(
    _ file: FaceRigFile, _ representative: [Int]
  ) -> [(a: Int, b: Int, c: Int, surface: FaceSurface)] {
    var corners = [[Int]](repeating: [], count: file.neutral.count)
    for (corner, vertex) in file.positionIndex.enumerated() { corners[vertex].append(corner) }
    // A GL vertex moves to its representative's corner that is nearest in the texture, so that charts stay whole.
    let moved = file.positionIndex.enumerated().map { corner, vertex -> Int in
      let target = representative[vertex]
      guard target != vertex else { return corner }
      let own = file.texture[corner]
      return corners[target].min { a, b in
        let (da, db) = (file.texture[a] - own, file.texture[b] - own)
        return (da * da).sum() < (db * db).sum()
      }!
    }
    return file.trianglePart.indices.compactMap { triangle in
      let part = file.meta.parts[file.trianglePart[triangle]].name
      let material = file.meta.materials[file.triangleMaterial[triangle]]
      guard let surface = FaceSurface(part: part, material: material) else { return nil }
      let (a, b, c) = (
        moved[file.triangles[3 * triangle]], moved[file.triangles[3 * triangle + 1]],
        moved[file.triangles[3 * triangle + 2]]
      )
      // The model's own shoulders make room for dressed ones.
      guard !surface.isOuter || ![a, b, c].contains(where: { isShoulder(file.neutral[file.positionIndex[$0]]) })
      else { return nil }
      guard surface != .lashes || [a, b, c].contains(where: { reachesLid(file.neutral[file.positionIndex[$0]]) })
      else { return nil }
      let (pa, pb, pc) = (file.positionIndex[a], file.positionIndex[b], file.positionIndex[c])
      return pa == pb || pb == pc || pa == pc ? nil : (a, b, c, surface)
    }
  }
}
