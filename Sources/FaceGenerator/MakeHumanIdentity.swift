import Foundation

/// What the sampler knows of MakeHuman's assets.
struct MakeHumanStock: Sendable {
  /// Names of the identity targets, one a coefficient.
  var targets: [String]
  /// The skin pictures; ``SkinTexture/group`` is the race.
  var skins: [SkinTexture]
}

/// A random MakeHuman identity: a mixture of race, sex and age, build, and some details.
struct MakeHumanIdentity {
  static let races = ["african", "asian", "caucasian"]

  /// One weight a target.
  private(set) var weights: [Float]
  /// The race that has the largest share.
  let race: String
  /// 0 male…1 female.
  let femaleShare: Float
  /// The share of each age; together 1.
  let ages: [String: Float]

  private let names: [String: Int]

  init(_ stock: MakeHumanStock, _ random: inout RandomSource) {
    weights = [Float](repeating: 0, count: stock.targets.count)
    names = Dictionary(stock.targets.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    race = random.pick(Self.races)
    femaleShare = random.chance(0.5) ? random.uniform(0.75, 1) : random.uniform(0, 0.25)
    let age = random.unit()
    // Between two ages in half of the cases.
    let pure = random.chance(0.5) ? 1 : random.uniform(0.6, 1)
    ages =
      age < 0.6
      ? ["young": pure, random.chance(0.8) ? "old" : "child": 1 - pure]
      : age < 0.9 ? ["old": pure, "young": 1 - pure] : ["child": pure, "young": 1 - pure]
    let raceShare = random.chance(0.5) ? 1 : random.uniform(0.5, 0.95)
    let other = random.pick(Self.races)
    let build = SIMD2(random.normal(0, 0.4, limit: 1), random.normal(0, 0.45, limit: 1))
    for (sex, sexShare) in [("female", femaleShare), ("male", 1 - femaleShare)] {
      for (age, ageShare) in ages.sorted(by: { $0.key < $1.key }) {
        add("macrodetails/\(race)-\(sex)-\(age)", sexShare * ageShare * raceShare)
        add("macrodetails/\(other)-\(sex)-\(age)", sexShare * ageShare * (1 - raceShare))
        for (muscle, muscleShare) in Self.levels(build.x) {
          for (weight, weightShare) in Self.levels(build.y) {
            // Average in both is the face itself and has no target.
            add(
              "macrodetails/universal-\(sex)-\(age)-\(muscle)muscle-\(weight)weight",
              sexShare * ageShare * muscleShare * weightShare)
          }
        }
      }
    }
    addDetails(stock.targets, &random)
  }

  /// The shares of the least, the mean and the most for −1…1.
  private static func levels(_ value: Float) -> [(String, Float)] {
    [("min", max(0, -value)), ("average", 1 - abs(value)), ("max", max(0, value))]
  }

  private mutating func add(_ name: String, _ weight: Float) {
    if let index = names[name] { weights[index] += weight }
  }

  private mutating func addDetails(_ targets: [String], _ random: inout RandomSource) {
    let asymmetries = targets.filter { $0.hasPrefix("asym/") }
    let details = targets.filter { !$0.hasPrefix("asym/") && !$0.hasPrefix("macrodetails/") }
    var used = Set<String>()
    guard !details.isEmpty else { return }
    for _ in 0..<(6 + random.below(5)) {
      let name = random.pick(details)
      let weight = random.uniform(0, 0.7)
      // A target and its opposite exclude each other; sides go together.
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      let bare = parts[1].hasPrefix("l-") || parts[1].hasPrefix("r-") ? String(parts[1].dropFirst(2)) : parts[1]
      let stem = bare.split(separator: "-").dropLast().joined(separator: "-")
      guard used.insert(parts[0] + stem).inserted else { continue }
      if bare == parts[1] {
        add(name, weight)
      } else {
        add("\(parts[0])/l-\(bare)", weight)
        add("\(parts[0])/r-\(bare)", weight)
      }
    }
    guard !asymmetries.isEmpty, random.chance(0.6) else { return }
    for _ in 0...random.below(3) { add(random.pick(asymmetries), random.uniform(0, 0.3)) }
  }
}
