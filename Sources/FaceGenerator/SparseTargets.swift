/// Morph targets that move few vertices each: target t adds `scale[t] × value` to the vertices in its range.
package struct SparseTargets: Sendable {
  private let ranges: [Int]
  private let vertices: [Int]
  private let values: [SIMD3<Float>]
  private let scales: [Float]

  /// Reads `target_ptr.npy`, `target_idx.npy`, `target_val.npy` and `target_scale.npy` of `folder`.
  ///
  /// Throws ``GeneratorError`` where they do not fit each other or a mesh of `vertexCount` vertices.
  package init(folder: String, vertexCount: Int) throws(GeneratorError) {
    ranges = try NPYArray(path: folder + "/target_ptr.npy").integers()
    vertices = try NPYArray(path: folder + "/target_idx.npy").integers()
    let flat = try NPYArray(path: folder + "/target_val.npy").floats()
    scales = try NPYArray(path: folder + "/target_scale.npy").floats()
    guard ranges.count == scales.count + 1, ranges.first == 0, ranges.last == vertices.count,
      zip(ranges, ranges.dropFirst()).allSatisfy(<=), flat.count == 3 * vertices.count,
      vertices.allSatisfy((0..<vertexCount).contains)
    else {
      throw .malformedAsset(path: folder + "/target_ptr.npy", fault: "targets that do not fit \(vertexCount) vertices")
    }
    values = vertices.indices.map { SIMD3(flat[3 * $0], flat[3 * $0 + 1], flat[3 * $0 + 2]) }
  }

  /// The number of targets.
  package var count: Int { scales.count }

  /// Adds a target to a mesh, one place a vertex.
  package func add(_ target: Int, times weight: Float, to mesh: inout [SIMD3<Float>]) {
    let factor = weight * scales[target]
    for index in ranges[target]..<ranges[target + 1] { mesh[vertices[index]] += values[index] * factor }
  }
}
