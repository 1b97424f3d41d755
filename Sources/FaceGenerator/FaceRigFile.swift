import FaceCore
import Foundation

/// The ICT face model as it lies on disk: full resolution, centimetres, +x the subject's left, +y up, +z out of the face.
struct FaceRigFile {
  struct Part: Decodable {
    let id: Int
    let name: String
    let v0: Int
    let v1: Int
  }

  struct Meta: Decodable {
    let parts: [Part]
    let materials: [String]
    let expressions: [String]
    let arkitNames: [String]
    let landmarksMultipie68: [Int]
  }

  static let identityModes = 60

  let meta: Meta
  /// x, y, z of every vertex.
  let neutral: [SIMD3<Float>]
  /// ``identityModes`` rows of `3 × vertices` floats, a unit coefficient each.
  let identity: [[Float]]
  /// One row for each of the 52 blendshapes, in ``Blendshape`` order.
  let expressions: [[Float]]
  /// The cheek raise of both sides, a variation without a label.
  let cheekRaise: [Float]
  /// For each vertex of the GL mesh: the vertex that gives its place, and its texture coordinate.
  let positionIndex: [Int]
  let texture: [SIMD2<Float>]
  /// Three GL vertices a triangle, counter-clockwise seen from outside.
  let triangles: [Int]
  /// A triangle's part and material, indices into `meta`.
  let trianglePart: [Int]
  let triangleMaterial: [Int]

  /// Reads the folder `ict_facekit`.
  init(folder: String) throws(GeneratorError) {
    let metaPath = folder + "/meta.json"
    guard let data = FileManager.default.contents(atPath: metaPath) else { throw .missingAsset(path: metaPath) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do { meta = try decoder.decode(Meta.self, from: data) } catch {
      throw .malformedAsset(path: metaPath, fault: "\(error)")
    }
    let places = try NPYArray(path: folder + "/neutral.npy").floats()
    neutral = (0..<places.count / 3).map { SIMD3(places[3 * $0], places[3 * $0 + 1], places[3 * $0 + 2]) }
    let width = places.count

    identity = try Self.deltas(folder + "/identity", rows: Self.identityModes, width: width)
    let ict = try Self.deltas(folder + "/expression", rows: meta.expressions.count, width: width)
    let mix = try NPYArray(path: folder + "/arkit_to_ict.npy").floats()
    guard mix.count == 52 * ict.count, Set(meta.arkitNames) == Set(Blendshape.allCases.map(\.name)) else {
      throw .malformedAsset(path: folder + "/arkit_to_ict.npy", fault: "not 52 ARKit names × \(ict.count) expressions")
    }
    var rows = [[Float]](repeating: [], count: 52)
    for (line, name) in meta.arkitNames.enumerated() {
      var row = [Float](repeating: 0, count: width)
      for (column, delta) in ict.enumerated() where mix[line * ict.count + column] != 0 {
        let weight = mix[line * ict.count + column]
        for i in 0..<width { row[i] += weight * delta[i] }
      }
      rows[Blendshape(name: name)!.rawValue] = row
    }
    expressions = rows
    var raise = [Float](repeating: 0, count: width)
    for (name, delta) in zip(meta.expressions, ict) where name.hasPrefix("cheekRaiser") {
      for i in 0..<width { raise[i] += delta[i] }
    }
    cheekRaise = raise

    positionIndex = try NPYArray(path: folder + "/render_pos_index.npy").integers()
    let uv = try NPYArray(path: folder + "/render_uv.npy").floats()
    texture = (0..<uv.count / 2).map { SIMD2(uv[2 * $0], uv[2 * $0 + 1]) }
    triangles = try NPYArray(path: folder + "/tris.npy").integers()
    trianglePart = try NPYArray(path: folder + "/tri_part.npy").integers()
    triangleMaterial = try NPYArray(path: folder + "/tri_material.npy").integers()
    guard positionIndex.allSatisfy(neutral.indices.contains), triangles.allSatisfy(texture.indices.contains),
      texture.count == positionIndex.count, trianglePart.count * 3 == triangles.count,
      triangleMaterial.count == trianglePart.count, meta.landmarksMultipie68.count == 68,
      meta.landmarksMultipie68.allSatisfy(neutral.indices.contains),
      trianglePart.allSatisfy(meta.parts.indices.contains),
      triangleMaterial.allSatisfy(meta.materials.indices.contains)
    else { throw .malformedAsset(path: folder, fault: "indices do not fit the mesh of \(neutral.count) vertices") }
  }

  private static func deltas(_ stem: String, rows: Int, width: Int) throws(GeneratorError) -> [[Float]] {
    let values = try NPYArray(path: stem + "_q.npy")
    let scales = try NPYArray(path: stem + "_scale.npy").floats()
    guard values.count >= rows * width, scales.count >= rows else {
      throw .malformedAsset(path: stem + "_q.npy", fault: "fewer than \(rows) rows of \(width)")
    }
    let flat = try values.floats()
    return (0..<rows).map { row in flat[row * width..<(row + 1) * width].map { $0 * scales[row] } }
  }

  /// The part of each vertex.
  func vertexParts() -> [Int] {
    var parts = [Int](repeating: 0, count: neutral.count)
    for part in meta.parts { for vertex in part.v0...part.v1 { parts[vertex] = part.id } }
    return parts
  }
}
