import FaceCore
import Foundation

/// Builds the ``FaceRig`` of MakeHuman's head.
enum MakeHumanRig {
  /// The part of the skin pictures that shows the head: u and v of its lower left corner, width and height.
  static let photoFrame = (origin: SIMD2<Float>(0.635, 0.14), size: SIMD2<Float>(0.365, 0.69))

  /// The targets that a random identity may use, in the order of the rig's coefficients.
  static func identityTargets(_ file: MakeHumanRigFile) -> [Int] {
    file.manifest.targets.indices.filter { MakeHumanTarget.isUsed(file.manifest.targets[$0]) }
  }

  /// `guide` is the ICT rig: places and masks are carried over from it. Takes about a second.
  static func build(_ head: MakeHumanHead, guide: FaceRig) -> FaceRig {
    let file = head.file
    let face = head.placed(head.reference)
    let landmarks = file.vertices(body: MakeHumanLandmarks.body)
    let warp = LandmarkWarp(
      from: landmarks.map { face[$0] }, to: guide.landmarks.map { guide.rest[$0] }, smoothing: 0.02)
    let balls = [head.eyeballs.left, head.eyeballs.right].map { Eyeball(face, $0) }
    let rest = face.map { warp($0) } + balls.flatMap { $0.places(face) }

    var mesh = CornerList()
    addSkin(file, face, rest, TextureTransfer(guide), to: &mesh)
    let outerCount = mesh.indices.count
    addInside(file, to: &mesh)
    var first = face.count
    for (ball, surface) in zip(balls, [FaceSurface.leftEye, .rightEye]) {
      for corner in ball.triangles { mesh.add(place: first + corner, surface: surface) }
      first += ball.directions.count
    }
    let width = (rest.count * 3 + 7) / 8 * 8
    func row(_ places: [SIMD3<Float>], follow: Bool = true) -> [Float] {
      var result = [Float](repeating: 0, count: width)
      let all = places + balls.flatMap { follow ? $0.places(places) : $0.directions.map { _ in .zero } }
      for (index, place) in all.enumerated() { for axis in 0..<3 { result[3 * index + axis] = place[axis] } }
      return result
    }
    let number = Dictionary(uniqueKeysWithValues: file.manifest.targets.enumerated().map { ($1, $0) })
    let half = face.count
    let ballCount = balls[0].directions.count
    return FaceRig(
      corners: mesh.corners, indices: mesh.indices, outerIndexCount: outerCount, rest: rest, landmarks: landmarks,
      eyeballs: (Array(half..<half + ballCount), Array(half + ballCount..<half + 2 * ballCount)),
      innerMouth: ["helper-lower-teeth", "helper-upper-teeth", "helper-tongue"].flatMap { file.vertices(group: $0) },
      neutral: row(face), identity: identityTargets(file).map { row(head.identity($0, face)) },
      // The lids' targets move no eyeball.
      expressions: Blendshape.allCases.map { channel in
        row(expression(channel) { head.moved(number["arkit/" + $0.name]!) }, follow: false)
      },
      lids: LidContact(landmarks: landmarks))
  }

  /// What a channel moves. These lids follow a look half as far as ICT's; one label has to mean one thing.
  private static func expression(
    _ channel: Blendshape, _ moved: (Blendshape) -> [SIMD3<Float>]
  ) -> [SIMD3<Float>] {
    let own = moved(channel)
    switch channel {
    case .eyeLookUpLeft: return zip(own, moved(.eyeWideLeft)).map { $0 + 0.5 * $1 }
    case .eyeLookUpRight: return zip(own, moved(.eyeWideRight)).map { $0 + 0.5 * $1 }
    case .eyeLookDownLeft, .eyeLookDownRight: return own.map { 1.7 * $0 }
    default: return own
    }
  }

  /// Skin and neck.
  private static func addSkin(
    _ file: MakeHumanRigFile, _ face: [SIMD3<Float>], _ rest: [SIMD3<Float>], _ transfer: TextureTransfer,
    to mesh: inout CornerList
  ) {
    var masks: [Int: SIMD2<Float>] = [:]
    for triangle in file.triangleGroup.indices where file.manifest.groups[file.triangleGroup[triangle]] == "body" {
      let corners = file.triangles[3 * triangle..<3 * triangle + 3]
      let chart = Chart(file.texture[corners.first!])
      guard chart == .head || chart == .trunk else { continue }
      // The model's own shoulders make room for dressed ones.
      let isShoulder = corners.contains {
        let place = face[file.positionIndex[$0]]
        return place.y < -16 || place.y < -8.5 && abs(place.x) > 9
      }
      if isShoulder { continue }
      for corner in corners {
        let place = file.positionIndex[corner]
        let mask = masks[place] ?? transfer.texture(at: rest[place])
        masks[place] = mask
        mesh.add(
          place: place, surface: chart == .head ? .skin : .scalp, texture: mask,
          photo: (file.texture[corner] - photoFrame.origin) / photoFrame.size)
      }
    }
  }

  /// Mouth, sockets, teeth, tongue and lashes.
  private static func addInside(_ file: MakeHumanRigFile, to mesh: inout CornerList) {
    for triangle in file.triangleGroup.indices {
      let corners = file.triangles[3 * triangle..<3 * triangle + 3]
      let surface: FaceSurface
      switch file.manifest.groups[file.triangleGroup[triangle]] {
      case "body":
        switch Chart(file.texture[corners.first!]) {
        case .mouth: surface = .mouthSocket
        case .socket: surface = .eyeSocket
        default: continue
        }
      case "helper-lower-teeth", "helper-upper-teeth": surface = .teeth
      case "helper-tongue": surface = .gums
      case "helper-l-eyelashes-2", "helper-r-eyelashes-2": surface = .lashes
      default: continue
      }
      for corner in corners {
        mesh.add(place: file.positionIndex[corner], surface: surface, texture: file.texture[corner])
      }
    }
  }

  /// The charts of the body's texture.
  private enum Chart {
    case head, trunk, mouth, socket

    init(_ t: SIMD2<Float>) {
      self = t.x < 0.16 ? .socket : t.x < 0.6 ? .trunk : t.y < 0.14 ? .mouth : .head
    }
  }
}

/// GL vertices and triangles while they are gathered.
private struct CornerList {
  private(set) var corners: [FaceRig.Corner] = []
  private(set) var indices: [UInt32] = []
  private var known: [FaceRig.Corner: UInt32] = [:]

  mutating func add(
    place: Int, surface: FaceSurface, texture: SIMD2<Float> = .zero, photo: SIMD2<Float> = .zero
  ) {
    let corner = FaceRig.Corner(place: place, texture: texture, photo: photo, surface: surface)
    if let index = known[corner] {
      indices.append(index)
    } else {
      known[corner] = UInt32(corners.count)
      indices.append(UInt32(corners.count))
      corners.append(corner)
    }
  }
}

/// A smooth ball in place of the coarse stand-in for an eyeball: fine in front, coarse behind.
private struct Eyeball {
  private static let segments = 20
  private static let rings: [Float] = [10, 20, 30, 40, 50, 60, 72, 90, 130]

  private let vertices: [Int]
  private let outermost: (low: Int, high: Int)
  let directions: [SIMD3<Float>]
  /// Three directions' numbers a triangle.
  let triangles: [Int]

  init(_ face: [SIMD3<Float>], _ vertices: [Int]) {
    self.vertices = vertices
    outermost = (
      vertices.min { face[$0].x < face[$1].x }!, vertices.max { face[$0].x < face[$1].x }!
    )
    let count = Self.segments
    directions =
      [[0, 0, 1]]
      + Self.rings.flatMap { ring in
        (0..<count).map { step -> SIMD3<Float> in
          let (polar, around) = (ring * Float.pi / 180, 2 * Float.pi * Float(step) / Float(count))
          return [sin(polar) * cos(around), sin(polar) * sin(around), cos(polar)]
        }
      } + [[0, 0, -1]]
    var triangles: [Int] = []
    let last = Self.rings.count - 1
    for step in 0..<count {
      let next = (step + 1) % count
      triangles += [0, 1 + step, 1 + next, directions.count - 1, 1 + last * count + next, 1 + last * count + step]
      for ring in 0..<last {
        let (inner, outer) = (1 + ring * count, 1 + (ring + 1) * count)
        triangles += [inner + step, outer + step, outer + next, inner + step, outer + next, inner + next]
      }
    }
    self.triangles = triangles
  }

  /// The ball's places for the head's; linear, so that differences of heads give differences of balls.
  func places(_ face: [SIMD3<Float>]) -> [SIMD3<Float>] {
    let centre = vertices.map { face[$0] }.reduce(.zero, +) / Float(vertices.count)
    let radius = (face[outermost.high].x - face[outermost.low].x) / 2
    return directions.map { centre + $0 * radius }
  }
}
