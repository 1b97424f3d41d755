/// A mesh that follows another: hair, brows and the like, bound to triangles of the head.
///
/// Vertex = Σ weightₖ × head[referenceₖ] + offset × s, where s is the head's size on each axis against the size it had
/// when the proxy was made (MakeHuman's `.mhclo` binding).
package struct ProxyMesh: Sendable {
  /// Three head vertices a proxy vertex, and their shares.
  let references: [(Int, Int, Int)]
  let shares: [SIMD3<Float>]
  let offsets: [SIMD3<Float>]
  /// For each axis two head vertices whose distance is the size, and that distance when the proxy was made.
  let sizeVertices: [(Int, Int)]
  let sizes: SIMD3<Float>
  /// For each GL vertex: the proxy vertex it takes, and its texture coordinate, v up.
  package let positionIndex: [Int]
  package let texture: [SIMD2<Float>]
  /// Three GL vertices a triangle.
  package let triangles: [Int]

  /// Reads an `.npz` file; throws ``GeneratorError`` where it does not fit a head of `headCount` vertices.
  package init(path: String, headCount: Int) throws(GeneratorError) {
    let archive = try NPZArchive(path: path)
    let ref = try archive.array("ref").integers()
    let w = try archive.array("w").floats()
    let off = try archive.array("off").floats()
    let uv = try archive.array("render_uv").floats()
    let sizeRef = try archive.array("scale_ref").integers()
    let sizes = try archive.array("scale_den").floats()
    positionIndex = try archive.array("render_pos_index").integers()
    triangles = try archive.array("tris").integers()
    let count = ref.count / 3
    guard ref.count == 3 * count, w.count == ref.count, off.count == ref.count, sizeRef.count == 6, sizes.count == 3,
      sizes.allSatisfy({ $0 > 0 }), (ref + sizeRef).allSatisfy((0..<headCount).contains),
      positionIndex.allSatisfy((0..<count).contains), uv.count == 2 * positionIndex.count, triangles.count % 3 == 0,
      triangles.allSatisfy(positionIndex.indices.contains)
    else { throw .malformedAsset(path: path, fault: "does not fit a head of \(headCount) vertices") }
    references = (0..<count).map { (ref[3 * $0], ref[3 * $0 + 1], ref[3 * $0 + 2]) }
    shares = (0..<count).map { SIMD3(w[3 * $0], w[3 * $0 + 1], w[3 * $0 + 2]) }
    offsets = (0..<count).map { SIMD3(off[3 * $0], off[3 * $0 + 1], off[3 * $0 + 2]) }
    sizeVertices = (0..<3).map { (sizeRef[2 * $0], sizeRef[2 * $0 + 1]) }
    self.sizes = SIMD3(sizes[0], sizes[1], sizes[2])
    texture = (0..<uv.count / 2).map { SIMD2(uv[2 * $0], uv[2 * $0 + 1]) }
  }

  /// The proxy's vertices on a head; `head` gives the place of a head vertex, in any unit, axes as when it was made.
  package func places(on head: (Int) -> SIMD3<Float>) -> [SIMD3<Float>] {
    var size = SIMD3<Float>.zero
    for axis in 0..<3 {
      size[axis] = abs(head(sizeVertices[axis].0)[axis] - head(sizeVertices[axis].1)[axis]) / sizes[axis]
    }
    return references.indices.map { index in
      let (a, b, c) = references[index]
      let share = shares[index]
      return head(a) * share.x + head(b) * share.y + head(c) * share.z + offsets[index] * size
    }
  }
}
