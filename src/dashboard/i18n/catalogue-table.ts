/** Titles of fields and groups, and words that devices say: English as in the definitions, Russian, French. */
export const TABLE = `
Identity|Идентификация|Identité
Identification|Идентификация|Identification
Serial number|Серийный номер|Numéro de série
Energy|Энергия|Énergie
Now|Сейчас|Maintenant
Voltage|Напряжение|Tension
Current|Ток|Courant
Power|Мощность|Puissance
Active power|Активная мощность|Puissance active
Power factor|Коэффициент мощности|Facteur de puissance
Power factor, kind of load|Характер нагрузки|Nature de la charge
Frequency|Частота|Fréquence
Clock|Часы|Horloge
Date|Дата|Date
Time|Время|Heure
Firmware|Прошивка|Micrologiciel
Sensor|Датчик|Capteur
Rated voltage|Номинальное напряжение|Tension nominale
Rated current|Номинальный ток|Courant nominal
Rated capacity|Номинальная ёмкость|Capacité nominale
Model|Модель|Modèle
Measurements|Измерения|Mesures
Remaining capacity|Остаток ёмкости|Capacité restante
Discharged capacity|Отданная ёмкость|Capacité déchargée
Charged energy|Энергия заряда|Énergie chargée
Discharged energy|Энергия разряда|Énergie déchargée
Running time|Время работы|Durée de marche
Direction|Направление|Sens
Time remaining|Оставшееся время|Temps restant
Internal resistance|Внутреннее сопротивление|Résistance interne
Temperature|Температура|Température
Output|Выход|Sortie
State of charge|Уровень заряда|État de charge
State of health|Состояние здоровья|État de santé
Settings|Настройки|Réglages
Over-voltage protection|Защита от перенапряжения|Protection de surtension
Under-voltage protection|Защита от низкого напряжения|Protection de sous-tension
Over-current protection, discharging|Защита по току разряда|Protection de surintensité, décharge
Over-current protection, charging|Защита по току заряда|Protection de surintensité, charge
Over-power protection|Защита по мощности|Protection de surpuissance
Over-temperature protection|Защита от перегрева|Protection de surchauffe
Recovery time after a protection|Время восстановления после защиты|Délai de reprise après protection
Delay before a protection|Задержка защиты|Délai avant protection
Full capacity|Полная ёмкость|Capacité totale
Voltage calibration, steps|Калибровка напряжения, шаги|Étalonnage de tension, pas
Current calibration, steps|Калибровка тока, шаги|Étalonnage de courant, pas
Temperature calibration|Калибровка температуры|Étalonnage de température
Relay type|Тип реле|Type de relais
Current ratio|Коэффициент тока|Rapport de courant
Network address|Сетевой адрес|Adresse réseau
Metering point|Точка учёта|Point de comptage
Verified on|Дата поверки|Vérifié le
Variant|Исполнение|Variante
Read at|Прочитано в|Lu à
Reactive energy, positive|Реактивная энергия, положительная|Énergie réactive positive
Reactive energy, negative|Реактивная энергия, отрицательная|Énergie réactive négative
Reactive power, positive|Реактивная мощность, положительная|Puissance réactive positive
Reactive power, negative|Реактивная мощность, отрицательная|Puissance réactive négative
Day of the week|День недели|Jour de la semaine
Clock trim|Подстройка часов|Ajustement de l’horloge
Date and time|Дата и время|Date et heure
Tariff plan|Тарифное расписание|Plan tarifaire
Season now|Текущий сезон|Saison actuelle
Seasons|Сезоны|Saisons
Special days|Особые дни|Jours particuliers
Day schedules|Суточные расписания|Programmes journaliers
Month is closed on|Закрытие месяца|Clôture du mois
Months|Месяцы|Mois
Months ago|Месяцев назад|Mois passés
Month|Месяц|Mois
Days|Сутки|Jours
Days ago|Дней назад|Jours passés
Day|День|Jour
Read on|Прочитано|Lu le
Energy at the end of each month|Энергия на конец месяца|Énergie à la fin de chaque mois
Energy at the beginning of each day|Энергия на начало суток|Énergie au début de chaque jour
Largest powers|Максимумы мощности|Puissances maximales
Interval of the mean power|Интервал усреднения мощности|Intervalle de la puissance moyenne
Largest mean power of the month|Максимум мощности за месяц|Puissance moyenne maximale du mois
Largest mean power of each month|Максимум мощности по месяцам|Puissance moyenne maximale de chaque mois
Largest mean power|Максимум мощности|Puissance moyenne maximale
Status|Состояние|État
Battery|Батарея|Pile
Conditions|Условия|Conditions
Logs with new entries|Журналы с новыми записями|Journaux avec nouveautés
Events|События|Événements
Power went off|Отключение питания|Coupure d’alimentation
Power came back|Включение питания|Retour d’alimentation
Parameters were written|Запись параметров|Paramètres écrits
Parameters were written, second log|Запись параметров, второй журнал|Paramètres écrits, second journal
Clock was set, first log|Установка часов, первый журнал|Horloge réglée, premier journal
Clock was set, second log|Установка часов, второй журнал|Horloge réglée, second journal
Restarts without a power failure|Перезапуски без отключения|Redémarrages sans coupure
Load profile was cleared|Профиль нагрузки очищен|Courbe de charge effacée
Largest powers were cleared|Максимумы очищены|Maxima effacés
Angle of voltages L1 and L2|Угол между L1 и L2|Angle entre L1 et L2
Angle of voltages L2 and L3|Угол между L2 и L3|Angle entre L2 et L3
Angle of voltages L3 and L1|Угол между L3 и L1|Angle entre L3 et L1
Energy sent to the grid|Отдано в сеть|Énergie injectée
Active power sent to the grid|Мощность, отдаваемая в сеть|Puissance injectée
Telemetry|Телеметрия|Télémétrie
Packs|Модули|Modules
Address|Адрес|Adresse
Cell voltages|Напряжения ячеек|Tensions des cellules
Temperatures|Температуры|Températures
Remaining charge|Остаток заряда|Charge restante
Full charge|Полный заряд|Charge totale
Cycles|Циклы|Cycles
Packs that answered|Ответивших модулей|Modules ayant répondu
Voltage of the rack|Напряжение стойки|Tension du rack
Current of the rack|Ток стойки|Courant du rack
Power of the rack|Мощность стойки|Puissance du rack
Remaining charge of the rack|Остаток заряда стойки|Charge restante du rack
Capacity of the rack|Ёмкость стойки|Capacité du rack
State of charge of the rack|Уровень заряда стойки|État de charge du rack
Weakest cell|Слабейшая ячейка|Cellule la plus faible
Pack of the weakest cell|Модуль слабейшей ячейки|Module de la cellule la plus faible
Number of the weakest cell|Номер слабейшей ячейки|Numéro de la cellule la plus faible
Strongest cell|Сильнейшая ячейка|Cellule la plus forte
Pack of the strongest cell|Модуль сильнейшей ячейки|Module de la cellule la plus forte
Number of the strongest cell|Номер сильнейшей ячейки|Numéro de la cellule la plus forte
Spread of the cells|Разброс ячеек|Écart des cellules
Coldest sensor|Самый холодный датчик|Capteur le plus froid
Warmest sensor|Самый тёплый датчик|Capteur le plus chaud
Alarms|Тревоги|Alarmes
States of the cells|Состояния ячеек|États des cellules
States of the temperatures|Состояния температур|États des températures
State of the current|Состояние тока|État du courant
State of the voltage|Состояние напряжения|État de la tension
State of the charging current|Состояние тока заряда|État du courant de charge
State of the discharging current|Состояние тока разряда|État du courant de décharge
State of the charge current|Состояние тока заряда|État du courant de charge
State of the discharge current|Состояние тока разряда|État du courant de décharge
State of the module voltage|Состояние напряжения модуля|État de la tension du module
Protections|Защиты|Protections
States|Состояния|États
Faults|Неисправности|Défauts
Warnings|Предупреждения|Avertissements
Severity of the worst alarm|Худшая тревога|Gravité de la pire alarme
Cells being balanced|Балансируемые ячейки|Cellules en équilibrage
Cells in error|Ячейки с ошибкой|Cellules en erreur
Cells that drifted from the others|Разошедшиеся ячейки|Cellules qui s’écartent
Cells without connection|Ячейки без контакта|Cellules sans contact
Cells, current and charge|Ячейки, ток и заряд|Cellules, courant et charge
Module voltage|Напряжение модуля|Tension du module
Capacity|Ёмкость|Capacité
Alarms and switches|Тревоги и ключи|Alarmes et commutateurs
Module under-voltage|Низкое напряжение модуля|Sous-tension du module
Module over-voltage|Высокое напряжение модуля|Surtension du module
Cell under-voltage|Низкое напряжение ячейки|Sous-tension de cellule
Over-temperature while charging|Перегрев при заряде|Surchauffe en charge
Over-temperature while discharging|Перегрев при разряде|Surchauffe en décharge
Discharge over-current|Превышение тока разряда|Surintensité de décharge
Charge over-current|Превышение тока заряда|Surintensité de charge
Discharge MOSFET on|Ключ разряда открыт|MOSFET de décharge fermé
Charge MOSFET on|Ключ заряда открыт|MOSFET de charge fermé
Pre-charge MOSFET on|Ключ предзаряда открыт|MOSFET de précharge fermé
Charging|Заряд|Charge
Discharging|Разряд|Décharge
Heater on|Подогрев включён|Chauffage en marche
Fully charged|Полностью заряжен|Pleine charge
Buzzer on|Зуммер включён|Avertisseur en marche
Protections that act|Сработавшие защиты|Protections actives
What the pack is doing|Что делает модуль|Activité du module
Any alarm|Есть тревога|Une alarme
Any alarm in the rack|Есть тревога в стойке|Une alarme dans le rack
Protections that act, with their packs|Сработавшие защиты по модулям|Protections actives, par module
Charge and discharge management|Управление зарядом и разрядом|Gestion de charge et décharge
Charge voltage limit|Предел напряжения заряда|Limite de tension de charge
Discharge voltage limit|Предел напряжения разряда|Limite de tension de décharge
Charge current limit|Предел тока заряда|Limite de courant de charge
Discharge current limit (negative)|Предел тока разряда (отрицательный)|Limite de courant de décharge (négative)
Charging allowed|Заряд разрешён|Charge autorisée
Discharging allowed|Разряд разрешён|Décharge autorisée
Full charge requested|Запрошен полный заряд|Pleine charge demandée
Charge now|Зарядить сейчас|Charger maintenant
Limits (system parameters)|Пределы (параметры системы)|Limites (paramètres du système)
Protocol version|Версия протокола|Version du protocole
Device name|Имя устройства|Nom de l’appareil
Software version|Версия программы|Version du logiciel
Manufacturer|Изготовитель|Fabricant
Device name of the master|Имя ведущего модуля|Nom du maître
Software version of the master|Версия программы ведущего|Version du logiciel du maître
Serial number of the master|Серийный номер ведущего|Numéro de série du maître
Humidity|Влажность|Humidité
Version|Версия|Version
Maker|Производитель|Constructeur
Production date|Дата производства|Date de production
Module name|Имя модуля|Nom du module
Battery type|Тип батареи|Type de batterie
Serial number of the product|Серийный номер изделия|Numéro de série du produit
Hardware|Аппаратная часть|Matériel
Software|Программа|Logiciel
Device|Устройство|Appareil
charging|заряд|en charge
discharging|разряд|en décharge
on|включено|marche
off|отключено|arrêt
normal|норма|normal
above|выше предела|au-dessus
below|ниже предела|en dessous
inductive|индуктивная|inductive
capacitive|ёмкостная|capacitive
over_voltage|перенапряжение|surtension
under_voltage|низкое напряжение|sous-tension
over_current|перегрузка по току|surintensité
over_temperature|перегрев|surchauffe
over_power|перегрузка по мощности|surpuissance
monday|понедельник|lundi
tuesday|вторник|mardi
wednesday|среда|mercredi
thursday|четверг|jeudi
friday|пятница|vendredi
saturday|суббота|samedi
sunday|воскресенье|dimanche
Consumption and cost|Потребление и стоимость|Consommation et coût
Energy charged|Энергия заряда|Énergie chargée
Energy charged today|Заряжено сегодня|Énergie chargée aujourd’hui
Energy charged this month|Заряжено за месяц|Énergie chargée ce mois
Energy discharged|Энергия разряда|Énergie déchargée
Energy discharged today|Отдано сегодня|Énergie déchargée aujourd’hui
Energy discharged this month|Отдано за месяц|Énergie déchargée ce mois
Time without readings|Время без показаний|Temps sans lectures
Time to empty|До разряда|Temps avant décharge
Time to full|До полного заряда|Temps avant pleine charge
Consumption today|Потребление сегодня|Consommation du jour
Consumption this month|Потребление за месяц|Consommation du mois
Cost today|Стоимость сегодня|Coût du jour
Cost this month|Стоимость за месяц|Coût du mois
`;
