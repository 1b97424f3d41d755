import FaceCore
import Foundation

/// The MakeHuman head as it lies on disk: decimetres, +x the subject's left, +y up, +z out of the face.
struct MakeHumanRigFile {
  struct Proxy: Decodable {
    let kind: String
    let name: String
    let file: String
    let texture: String?
  }

  struct Skin: Decodable {
    let file: String
    /// Age, race and sex, such as `old_asian_female`.
    let kind: String
  }

  struct Manifest: Decodable {
    let groups: [String]
    let targets: [String]
    let proxies: [Proxy]
    let skins: [Skin]
  }

  let folder: String
  let manifest: Manifest
  /// The places of the base mesh, which is nobody's face: a target of `macrodetails` belongs on top.
  let base: [SIMD3<Float>]
  let targets: SparseTargets
  /// For each vertex of the GL mesh: the base vertex that gives its place, and its texture coordinate, v up.
  let positionIndex: [Int]
  let texture: [SIMD2<Float>]
  /// Three GL vertices a triangle, counter-clockwise seen from outside.
  let triangles: [Int]
  /// A triangle's group, an index into `manifest.groups`.
  let triangleGroup: [Int]
  /// The vertex that has a number of the whole MakeHuman body.
  private let vertexOfBody: [Int: Int]

  /// Reads the folder `makehuman_cc0`.
  init(folder: String) throws(GeneratorError) {
    self.folder = folder
    let manifestPath = folder + "/manifest.json"
    guard let data = FileManager.default.contents(atPath: manifestPath) else {
      throw .missingAsset(path: manifestPath)
    }
    do { manifest = try JSONDecoder().decode(Manifest.self, from: data) } catch {
      throw .malformedAsset(path: manifestPath, fault: "\(error)")
    }
    let places = try NPYArray(path: folder + "/base.npy").floats()
    base = (0..<places.count / 3).map { SIMD3(places[3 * $0], places[3 * $0 + 1], places[3 * $0 + 2]) }
    targets = try SparseTargets(folder: folder, vertexCount: base.count)
    positionIndex = try NPYArray(path: folder + "/render_pos_index.npy").integers()
    let uv = try NPYArray(path: folder + "/render_uv.npy").floats()
    texture = (0..<uv.count / 2).map { SIMD2(uv[2 * $0], uv[2 * $0 + 1]) }
    triangles = try NPYArray(path: folder + "/tris.npy").integers()
    triangleGroup = try NPYArray(path: folder + "/tri_group.npy").integers()
    let body = try NPYArray(path: folder + "/orig_index.npy").integers()
    vertexOfBody = Dictionary(body.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let wanted = Blendshape.allCases.map { "arkit/" + $0.name }
    guard positionIndex.allSatisfy(base.indices.contains), triangles.allSatisfy(texture.indices.contains),
      texture.count == positionIndex.count, triangleGroup.count * 3 == triangles.count, body.count == base.count,
      triangleGroup.allSatisfy(manifest.groups.indices.contains), targets.count == manifest.targets.count,
      Set(wanted).isSubset(of: manifest.targets), MakeHumanLandmarks.body.allSatisfy(Set(body).contains)
    else { throw .malformedAsset(path: folder, fault: "indices do not fit the mesh of \(base.count) vertices") }
  }

  /// The vertices with these numbers of the whole MakeHuman body (hm08); all must be in the head.
  func vertices(body numbers: [Int]) -> [Int] { numbers.map { vertexOfBody[$0]! } }

  /// The base vertices of a group's triangles, in ascending order.
  func vertices(group name: String) -> [Int] {
    guard let group = manifest.groups.firstIndex(of: name) else { return [] }
    var found = Set<Int>()
    for triangle in triangleGroup.indices where triangleGroup[triangle] == group {
      for corner in 0..<3 { found.insert(positionIndex[triangles[3 * triangle + corner]]) }
    }
    return found.sorted()
  }

  /// The proxies of a kind that have a picture, with their meshes.
  func proxies(_ kind: String) throws(GeneratorError) -> [(mesh: ProxyMesh, picture: String)] {
    var result: [(mesh: ProxyMesh, picture: String)] = []
    for proxy in manifest.proxies where proxy.kind == kind {
      guard let texture = proxy.texture else { continue }
      let mesh = try ProxyMesh(path: "\(folder)/\(proxy.file)", headCount: base.count)
      result.append((mesh, "\(folder)/\(texture)"))
    }
    return result
  }
}
