import FaceCore
import Foundation

/// The reduced face: bends to an identity and an expression on the CPU.
///
/// Places are centimetres in the model's frame: +x the subject's left, +y up, +z out of the face.
final class FaceRig: Sendable {
  /// One GL vertex.
  struct Corner: Hashable, Sendable {
    /// Index of the place it takes.
    let place: Int
    /// In ICT's layout, which brows, beards and the like are painted by.
    let texture: SIMD2<Float>
    /// In the layout of the rig's skin pictures.
    let photo: SIMD2<Float>
    let surface: FaceSurface
  }

  let corners: [Corner]
  /// Three corners a triangle; skin and scalp first.
  let indices: [UInt32]
  /// How many of the indices are skin and scalp.
  let outerIndexCount: Int
  /// The generic neutral face's places, what hair lines and masks are drawn by.
  let rest: [SIMD3<Float>]
  /// The places of the 68 Multi-PIE landmarks.
  let landmarks: [Int]
  /// The places of the left and right eyeballs.
  let eyeballs: (left: [Int], right: [Int])

  /// The places of teeth, gums and tongue.
  let innerMouth: [Int]

  private let neutral: [Float]
  private let identity: [[Float]]
  private let expressions: [[Float]]
  private let cheekRaise: [Float]
  private let lids: LidContact?
  private let cornerTriangles: [(Int, Int, Int)]

  init(_ file: FaceRigFile) {
    let reduced = MeshReduction(file)
    var cornerIndex: [Corner: Int] = [:]
    var corners: [Corner] = []
    var places: [Int: Int] = [:]
    var used: [Int] = []
    func place(_ vertex: Int) -> Int {
      if let known = places[vertex] { return known }
      places[vertex] = used.count
      used.append(vertex)
      return used.count - 1
    }
    var indices: [UInt32] = []
    let outer = reduced.triangles.filter { $0.surface.isOuter }
    outerIndexCount = outer.count * 3
    for triangle in outer + reduced.triangles.filter({ !$0.surface.isOuter }) {
      for glVertex in [triangle.a, triangle.b, triangle.c] {
        let texture = file.texture[glVertex]
        let corner = Corner(
          place: place(file.positionIndex[glVertex]), texture: texture, photo: texture, surface: triangle.surface)
        if let known = cornerIndex[corner] {
          indices.append(UInt32(known))
        } else {
          cornerIndex[corner] = corners.count
          indices.append(UInt32(corners.count))
          corners.append(corner)
        }
      }
    }
    landmarks = file.meta.landmarksMultipie68.map(place)
    self.corners = corners
    self.indices = indices
    rest = used.map { file.neutral[$0] }
    let parts = file.vertexParts()
    let names = file.meta.parts.map(\.name)
    eyeballs = (
      used.indices.filter { names[parts[used[$0]]] == "eyeball_left" },
      used.indices.filter { names[parts[used[$0]]] == "eyeball_right" }
    )
    innerMouth = used.indices.filter { ["teeth", "gums_tongue"].contains(names[parts[used[$0]]]) }
    // Rows are padded to whole groups of eight floats.
    let width = (used.count * 3 + 7) / 8 * 8
    func gather(_ row: (Int) -> Float) -> [Float] {
      var result = [Float](repeating: 0, count: width)
      for (index, vertex) in used.enumerated() {
        for axis in 0..<3 { result[3 * index + axis] = row(3 * vertex + axis) }
      }
      return result
    }
    neutral = gather { file.neutral[$0 / 3][$0 % 3] }
    identity = file.identity.map { row in gather { row[$0] } }
    expressions = file.expressions.map { row in gather { abs(row[$0]) < 0.003 ? 0 : row[$0] } }
    cheekRaise = gather { file.cheekRaise[$0] }
    lids = nil
    cornerTriangles = Self.placeTriangles(corners, indices)
  }

  /// From parts: rows of x, y, z of every place, padded to a multiple of eight; `identity` has one row a coefficient.
  init(
    corners: [Corner], indices: [UInt32], outerIndexCount: Int, rest: [SIMD3<Float>], landmarks: [Int],
    eyeballs: (left: [Int], right: [Int]), innerMouth: [Int], neutral: [Float], identity: [[Float]],
    expressions: [[Float]], lids: LidContact?
  ) {
    precondition(expressions.count == 52 && landmarks.count == 68, "52 expressions and 68 landmarks are needed")
    precondition(
      neutral.count % 8 == 0 && neutral.count >= 3 * rest.count
        && (identity + expressions).allSatisfy { $0.count == neutral.count }, "rows of one padded length are needed")
    self.corners = corners
    self.indices = indices
    self.outerIndexCount = outerIndexCount
    self.rest = rest
    self.landmarks = landmarks
    self.eyeballs = eyeballs
    self.innerMouth = innerMouth
    self.neutral = neutral
    self.identity = identity
    self.expressions = expressions
    self.lids = lids
    cheekRaise = []
    cornerTriangles = Self.placeTriangles(corners, indices)
  }

  private static func placeTriangles(_ corners: [Corner], _ indices: [UInt32]) -> [(Int, Int, Int)] {
    stride(from: 0, to: indices.count, by: 3).map {
      (corners[Int(indices[$0])].place, corners[Int(indices[$0 + 1])].place, corners[Int(indices[$0 + 2])].place)
    }
  }

  /// The face of an identity without expression: x, y, z of every place, padded to a multiple of eight.
  func neutralFace(identity coefficients: [Float]) -> [Float] {
    var result = neutral
    for (coefficient, row) in zip(coefficients, identity) where coefficient != 0 {
      Self.add(row, times: coefficient, to: &result)
    }
    return result
  }

  /// Bends a neutral face; `cheekRaise` is variation without a label.
  func bend(_ face: [Float], weights: BlendshapeWeights, cheekRaise raise: Float = 0) -> [Float] {
    var result = face
    let blinks = [Blendshape.eyeBlinkLeft.rawValue, Blendshape.eyeBlinkRight.rawValue]
    for index in 0..<52 where weights[index] != 0 && (lids == nil || !blinks.contains(index)) {
      Self.add(expressions[index], times: weights[index], to: &result)
    }
    for (blink, share) in lids?.shares(neutral: face, bent: result, weights: weights, rows: expressions) ?? [] {
      Self.add(expressions[blink.rawValue], times: share, to: &result)
    }
    if raise != 0, !cheekRaise.isEmpty { Self.add(cheekRaise, times: raise, to: &result) }
    return result
  }

  /// How much light reaches each place of the neutral face, 0…1: the nostrils are dark.
  func openness() -> [Float] {
    let marks = landmarks.map { rest[$0] }
    return zip(rest, normals(neutral)).map { place, normal in
      // A nostril's wall faces the nostril's middle.
      let inside = SIMD3(place.x < 0 ? -0.74 : 0.74, 0.05, 11.45) - place
      let near = exp(-(inside * inside).sum() * 1.2)
      let inward = max(0, min(1, (normal * inside.unit).sum() / 0.35))
      return (1 - 0.95 * min(1, near * 2.2) * inward) * Self.openness(place, landmarks: marks)
    }
  }

  /// Unit normals of every place, area-weighted.
  func normals(_ face: [Float]) -> [SIMD3<Float>] {
    var sums = [SIMD3<Float>](repeating: .zero, count: rest.count)
    face.withUnsafeBufferPointer { p in
      sums.withUnsafeMutableBufferPointer { sums in
        for (a, b, c) in cornerTriangles {
          let pa = SIMD3(p[3 * a], p[3 * a + 1], p[3 * a + 2])
          let u = SIMD3(p[3 * b], p[3 * b + 1], p[3 * b + 2]) - pa
          let v = SIMD3(p[3 * c], p[3 * c + 1], p[3 * c + 2]) - pa
          let n = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
          sums[a] += n
          sums[b] += n
          sums[c] += n
        }
        for index in sums.indices {
          let length = (sums[index] * sums[index]).sum().squareRoot()
          sums[index] = length > 1e-12 ? sums[index] / length : [0, 0, 1]
        }
      }
    }
    return sums
  }

  private static func add(_ row: [Float], times weight: Float, to result: inout [Float]) {
    row.withUnsafeBytes { source in
      result.withUnsafeMutableBytes { target in
        let source = source.bindMemory(to: SIMD8<Float>.self)
        let target = target.bindMemory(to: SIMD8<Float>.self)
        // Not addProduct: without FMA in the target that is a library call for each element.
        for index in target.indices { target[index] += source[index] * weight }
      }
    }
  }
}
