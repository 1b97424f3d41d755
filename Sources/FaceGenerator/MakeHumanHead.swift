import FaceCore
import Foundation

/// MakeHuman's faces brought to where ICT's lie: eyes at one place, looking straight ahead, centimetres.
///
/// The targets of race, sex and age tilt the face by up to 6°; every identity is turned back onto the reference, the mean
/// of the young adults, and that onto ICT's mean face by its landmarks. What then remains has a deviation of 0.5°; ICT's
/// own identities have 1.5°.
struct MakeHumanHead {
  /// ICT's eyes: their middle and distance, cm.
  static let eyes = SIMD3<Float>(0, 3.61, 8)
  static let eyeDistance: Float = 6.19

  let file: MakeHumanRigFile
  /// The mean young adult, base mesh units.
  let reference: [SIMD3<Float>]
  /// The vertices of each eyeball's stand-in.
  let eyeballs: (left: [Int], right: [Int])
  /// The vertices that are turned by: the face from the ears forward.
  private let front: [Int]
  private var tilt = Tilt()
  private var scale: Float = 10

  /// A turn about x: its cosine and sine.
  struct Tilt {
    var cosine: Float = 1
    var sine: Float = 0

    func callAsFunction(_ p: SIMD3<Float>) -> SIMD3<Float> {
      SIMD3(p.x, p.y * cosine - p.z * sine, p.y * sine + p.z * cosine)
    }

    init() {}

    /// The turn that brings points onto others best, both taken from their means.
    init(from points: [SIMD3<Float>], to images: [SIMD3<Float>]) {
      let count = Float(max(1, points.count))
      let (a, b) = (points.reduce(.zero, +) / count, images.reduce(.zero, +) / count)
      var (along, across) = (Float(0), Float(0))
      for (point, image) in zip(points, images) {
        let (p, q) = (point - a, image - b)
        along += p.y * q.y + p.z * q.z
        across += p.y * q.z - p.z * q.y
      }
      let length = (along * along + across * across).squareRoot()
      if length > 1e-9 { (cosine, sine) = (along / length, across / length) }
    }
  }

  /// `guide` are the 68 landmarks of ICT's mean face.
  init(_ file: MakeHumanRigFile, guide: [SIMD3<Float>]) {
    self.file = file
    let adults = file.manifest.targets.indices.filter {
      let name = file.manifest.targets[$0]
      return MakeHumanTarget.isPerson(name) && name.hasSuffix("-young")
    }
    var mesh = file.base
    for target in adults { file.targets.add(target, times: 1 / Float(max(1, adults.count)), to: &mesh) }
    reference = mesh
    eyeballs = (file.vertices(group: "helper-l-eye"), file.vertices(group: "helper-r-eye"))
    let middle = Self.middle(mesh, eyeballs)
    front = file.vertices(group: "body").filter {
      let place = mesh[$0] - middle
      return place.y > -0.94 && place.z > -0.47 && abs(place.x) < 0.75
    }
    let left = eyeballs.left.map { mesh[$0].x }.reduce(0, +) / Float(max(1, eyeballs.left.count))
    scale = Self.eyeDistance / max(0.01, 2 * (left - middle.x))
    // The brows are another shape on the two, not another tilt.
    let chosen = Array(0...16) + Array(27...67)
    let landmarks = file.vertices(body: MakeHumanLandmarks.body)
    tilt = Tilt(from: chosen.map { (mesh[landmarks[$0]] - middle) * scale }, to: chosen.map { guide[$0] })
  }

  private static func middle(_ mesh: [SIMD3<Float>], _ eyeballs: (left: [Int], right: [Int])) -> SIMD3<Float> {
    let all = eyeballs.left + eyeballs.right
    return all.map { mesh[$0] }.reduce(.zero, +) / Float(max(1, all.count))
  }

  /// A whole mesh in base units, turned onto the reference and placed, cm.
  func placed(_ mesh: [SIMD3<Float>]) -> [SIMD3<Float>] {
    let turn = Tilt(from: front.map { mesh[$0] }, to: front.map { reference[$0] })
    let middle = Self.middle(mesh, eyeballs)
    return mesh.map { tilt(turn($0 - middle)) * scale + Self.eyes }
  }

  /// What a target moves, in cm; nothing is recentred.
  func moved(_ target: Int) -> [SIMD3<Float>] {
    var rows = [SIMD3<Float>](repeating: .zero, count: file.base.count)
    file.targets.add(target, times: 1, to: &rows)
    return rows.map { tilt($0) * scale }
  }

  /// How a target changes the placed reference, cm: a person's whole face is taken from the base mesh.
  func identity(_ target: Int, _ placedReference: [SIMD3<Float>]) -> [SIMD3<Float>] {
    var mesh = MakeHumanTarget.isPerson(file.manifest.targets[target]) ? file.base : reference
    file.targets.add(target, times: 1, to: &mesh)
    return zip(placed(mesh), placedReference).map { $0 - $1 }
  }
}

/// The names of MakeHuman's identity targets.
enum MakeHumanTarget {
  /// Whether it is one of the faces of race, sex and age, whose shares add up to 1.
  static func isPerson(_ name: String) -> Bool {
    name.hasPrefix("macrodetails/") && !name.hasPrefix("macrodetails/universal")
  }

  /// Whether a random identity may use it: no babies, no body, nothing that turns the head.
  static func isUsed(_ name: String) -> Bool {
    let left = ["arkit/", "neck/", "asym/asymm-", "head/head-angle", "asym/asym-trunk"]
    return !name.contains("-baby") && !left.contains { name.hasPrefix($0) }
  }
}
