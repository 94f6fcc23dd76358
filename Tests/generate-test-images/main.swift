print("g")
