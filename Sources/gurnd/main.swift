print("gurnd")
